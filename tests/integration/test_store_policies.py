import asyncio
import json
from datetime import UTC, datetime

import pytest

from store.connection import Database
from store.errors import ConflictingPolicy
from store.packs.published import PolicyPublication, PostgresPolicies, Publisher

BY = Publisher("li-wei", "the new limits", datetime(2026, 11, 30, 9, tzinfo=UTC))
OPERATIONS = "SELECT body FROM sanban.journal WHERE case_id = 'operations/town' ORDER BY seq"


@pytest.fixture
def policies(database: Database) -> PostgresPolicies:
    return PostgresPolicies(database)


def told(published: PolicyPublication | None) -> tuple[str, str, bytes] | None:
    return (published.tenant, published.hash, published.body) if published else None


async def test_the_latest_published_is_in_force(policies: PostgresPolicies) -> None:
    assert None is await policies.current("town")
    await policies.publish("town", "h1", b"one", BY)
    await policies.publish("town", "h2", b"two", BY)
    await policies.publish("city", "h3", b"three", BY)

    assert ("town", "h2", b"two") == told(await policies.current("town"))
    assert [("city", "h3", b"three"), ("town", "h2", b"two")] == [
        told(published) for published in await policies.in_force()
    ]


async def test_older_versions_stay_for_the_cases_that_began_with_them(
    policies: PostgresPolicies,
) -> None:
    await policies.publish("town", "h1", b"one", BY)
    await policies.publish("town", "h2", b"two", BY)

    assert b"one" == await policies.body("h1")
    assert None is await policies.body("h3")


async def test_publishing_what_is_in_force_changes_nothing(policies: PostgresPolicies) -> None:
    await policies.publish("town", "h1", b"one", BY)
    before = await policies.current("town")
    await asyncio.gather(*(policies.publish("town", "h1", b"one", BY) for _ in range(5)))

    assert before == await policies.current("town")


async def journaled(policies: PostgresPolicies) -> list[dict[str, str]]:
    return [json.loads(body) for (body,) in await policies.database.fetch(OPERATIONS)]


async def test_who_brought_a_policy_into_force_is_journaled(policies: PostgresPolicies) -> None:
    await policies.publish("town", "h1", b"one", BY)
    await policies.publish("town", "h2", b"two", BY)
    first, second = await journaled(policies)

    assert first["kind"] == "policy_published"
    assert first["about"] == "h1"
    assert "before" not in first
    assert second["about"] == "h2"
    assert second["before"] == "h1"
    assert second["person"] == BY.person
    assert second["why"] == BY.why


async def test_many_processes_that_start_together_journal_it_once(
    policies: PostgresPolicies,
) -> None:
    await policies.publish("town", "h1", b"one", BY)
    await asyncio.gather(*(policies.publish("town", "h2", b"two", BY) for _ in range(5)))

    assert [row["about"] for row in await journaled(policies)] == ["h1", "h2"]


async def test_publishing_an_older_one_goes_back_to_it(policies: PostgresPolicies) -> None:
    for policy_hash in ("h1", "h2", "h1"):
        await policies.publish("town", policy_hash, policy_hash.encode(), BY)

    assert ("town", "h1", b"h1") == told(await policies.current("town"))


async def test_two_tenants_may_share_a_policy(policies: PostgresPolicies) -> None:
    await policies.publish("town", "h1", b"one", BY)
    await policies.publish("city", "h1", b"one", BY)

    assert ["city", "town"] == [published.tenant for published in await policies.in_force()]


async def test_a_hash_stands_for_its_bytes(policies: PostgresPolicies) -> None:
    await policies.publish("town", "h1", b"one", BY)

    with pytest.raises(ConflictingPolicy):
        await policies.publish("town", "h1", b"other", BY)

    assert b"one" == await policies.body("h1")
