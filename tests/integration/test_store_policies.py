import asyncio

import pytest

from store.connection import Database
from store.errors import ConflictingPolicy
from store.packs.published import PolicyPublication, PostgresPolicies


@pytest.fixture
def policies(database: Database) -> PostgresPolicies:
    return PostgresPolicies(database)


def told(published: PolicyPublication | None) -> tuple[str, str, bytes] | None:
    return (published.tenant, published.hash, published.body) if published else None


async def test_the_latest_published_is_in_force(policies: PostgresPolicies) -> None:
    assert None is await policies.current("town")
    await policies.publish("town", "h1", b"one")
    await policies.publish("town", "h2", b"two")
    await policies.publish("city", "h3", b"three")

    assert ("town", "h2", b"two") == told(await policies.current("town"))
    assert [("city", "h3", b"three"), ("town", "h2", b"two")] == [
        told(published) for published in await policies.in_force()
    ]


async def test_older_versions_stay_for_the_cases_that_began_with_them(
    policies: PostgresPolicies,
) -> None:
    await policies.publish("town", "h1", b"one")
    await policies.publish("town", "h2", b"two")

    assert b"one" == await policies.body("h1")
    assert None is await policies.body("h3")


async def test_publishing_what_is_in_force_changes_nothing(policies: PostgresPolicies) -> None:
    await policies.publish("town", "h1", b"one")
    before = await policies.current("town")
    await asyncio.gather(*(policies.publish("town", "h1", b"one") for _ in range(5)))

    assert before == await policies.current("town")


async def test_publishing_an_older_one_goes_back_to_it(policies: PostgresPolicies) -> None:
    for policy_hash in ("h1", "h2", "h1"):
        await policies.publish("town", policy_hash, policy_hash.encode())

    assert ("town", "h1", b"h1") == told(await policies.current("town"))


async def test_two_tenants_may_share_a_policy(policies: PostgresPolicies) -> None:
    await policies.publish("town", "h1", b"one")
    await policies.publish("city", "h1", b"one")

    assert ["city", "town"] == [published.tenant for published in await policies.in_force()]


async def test_a_hash_stands_for_its_bytes(policies: PostgresPolicies) -> None:
    await policies.publish("town", "h1", b"one")

    with pytest.raises(ConflictingPolicy):
        await policies.publish("town", "h1", b"other")

    assert b"one" == await policies.body("h1")
