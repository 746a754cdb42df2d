"""An Idempotency-Key becomes an identity, so it has one meaning or is refused."""

import pytest

from tests.fakes.gateway import Town, ask, form

BASE = "/open311/v2"
REPORT = {"service_code": "street-light", "address_string": "银杏路口", "description": "路灯不亮"}


@pytest.mark.parametrize(
    "key", ["路灯-1".encode().decode("latin-1"), "k\u00e4-1"], ids=["utf-8", "latin-1"]
)
async def test_a_key_beyond_ascii_is_refused(key: str) -> None:
    """Programs read such bytes differently, so one key would be two identities."""
    town = Town()
    sent = form(**REPORT)
    sent["headers"].append(("idempotency-key", key))

    answer = await ask(town.app(), "POST", f"{BASE}/requests.json", **sent)

    assert answer.status == 400
    assert "Idempotency-Key: has characters beyond ASCII" in answer.json[0]["description"]
    assert town.broker.kept == []


async def test_two_keys_are_refused_and_one_sent_twice_is_one() -> None:
    town = Town()
    sent = form(**REPORT)
    sent["headers"] += [("idempotency-key", "k-1"), ("Idempotency-Key", "k-1")]
    once = await ask(town.app(), "POST", f"{BASE}/requests.json", **sent)
    sent["headers"].append(("idempotency-key", "k-2"))
    twice = await ask(town.app(), "POST", f"{BASE}/requests.json", **sent)

    assert once.status == 200
    assert twice.status == 400
    assert "given twice with different values" in twice.json[0]["description"]
