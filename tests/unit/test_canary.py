"""The canary: a round says which part is away, and leaves no case open."""

import json
from datetime import UTC, datetime

import pytest
from kafka.partitioner.default import murmur2

from packs import canary_pack, shipped_packs
from runtime.canary.reports import filed, number_for, withdrawn
from runtime.canary.rounds import BEFORE_IT_ENDS_S, HINTS, LOOK_S, STEPS, UNTIL_CLOSED_S
from runtime.settings import Settings
from runtime.wiring.packs import load_one
from schemas.canary import CATEGORY, SOURCE, TENANT
from tests.fakes.canary import PARTS, FakeSystem

MISSED = {
    "broker": [*STEPS[:-2]],
    "database": [each for each in STEPS if each not in {"sent", "pages"}],
    "intake": ["decided", "begun", "rung", "notified", "told", "closed"],
    "worker": ["begun", "rung", "notified", "told", "closed"],
    "notifier": ["notified"],
    "relay": ["told"],
    "checkpoints": ["signed"],
    "page": ["pages"],
}


async def test_a_round_comes_through() -> None:
    flown = await FakeSystem().round()

    assert flown.missing == []
    assert flown.reached["rung"] == pytest.approx(30, abs=LOOK_S)


@pytest.mark.parametrize("part", PARTS)
async def test_a_round_names_what_is_missing(part: str) -> None:
    flown = await FakeSystem({part}).round()

    assert flown.missing == MISSED[part]


@pytest.mark.parametrize("part", PARTS)
async def test_a_round_ends_before_the_next_one_begins(part: str) -> None:
    system = FakeSystem({part})
    await system.round()

    assert system.now <= BEFORE_IT_ENDS_S + UNTIL_CLOSED_S + 2 * LOOK_S
    assert system.now < Settings.model_construct().canary_seconds


def test_every_step_has_a_hint() -> None:
    assert HINTS.keys() == {*STEPS}


@pytest.mark.parametrize("partition", range(12))
def test_the_key_leads_to_the_partition_whose_turn_it_is(partition: int) -> None:
    complaint_id = number_for(partition, 12, "canary-x")
    record = filed(complaint_id, datetime(2026, 12, 1, tzinfo=UTC))

    assert (murmur2(record.key) & 0x7FFFFFFF) % 12 == partition
    assert withdrawn(complaint_id).key == record.key


def test_its_tenant_is_none_of_the_shipped_towns() -> None:
    assert canary_pack() not in shipped_packs()
    assert TENANT not in {path.name for path in shipped_packs()}


def test_its_pack_is_valid_and_has_its_source_and_category() -> None:
    policy = load_one(canary_pack())

    assert policy.tenant == TENANT
    assert [rule.source for rule in policy.sources] == [SOURCE]
    assert [category.id for category in policy.categories] == [CATEGORY]


def test_a_process_serves_it_only_when_told_to() -> None:
    plain = Settings.model_construct()
    told = Settings.model_construct(canary=True)

    assert canary_pack() not in plain.pack_directories()
    assert told.pack_directories() == (*plain.pack_directories(), canary_pack())


def test_its_report_says_that_it_is_none() -> None:
    """A person who finds it in a topic must not take it for a citizen's."""
    said = json.loads(filed("canary-1", datetime(2026, 12, 1, tzinfo=UTC)).value)["data"]

    assert "不是诉求" in said["text"]
    assert "reporter" not in said
