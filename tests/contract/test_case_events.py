"""What outsiders are told of cases, as it is really sent, follows its contract."""

import json
from dataclasses import replace

import pytest

from domain.case.decide import Decision
from domain.case.events import Event
from domain.case.outlines import outline
from domain.case.state import Outline
from domain.vocabulary import Stage, Tier
from schemas.events.case_events import case_event_of, value_of
from tests.builders import case_at, give
from tests.contract.decisions import decisions, of_further_kinds
from tests.contract.schemas import Contract, read
from tests.town import OPENED
from tools.contracts.json_schema import CASE_EVENT, CASE_EVENT_ENVELOPE

BEFORE = Outline("youchegang", Tier.ASSIGN)


def one_of_each() -> dict[str, bytes]:
    """What is sent of one event of each kind that goes out; of some kinds many never do."""
    found: dict[str, bytes] = {}
    for decision in (*decisions(), *of_further_kinds()):
        for value in sent(decision):
            found.setdefault(json.loads(value)["data"]["kind"], value)
    return found


def sent(decision: Decision) -> list[bytes]:
    parts = tuple((part.id, part.kind) for part in decision.case.parts)
    values = []
    for event in decision.events:
        before = replace(BEFORE, seq=event.seq - 1, parts=parts)
        told = case_event_of("a-case", event, outline(before if event.seq > 1 else None, event))
        if told is not None:
            values.append(value_of(told))
    return values


SENT = one_of_each()


def test_an_event_of_every_kind_that_goes_out_was_looked_at() -> None:
    assert SENT.keys() == set(read(CASE_EVENT)["properties"]["kind"]["enum"])


@pytest.mark.parametrize("kind", SENT)
def test_what_is_sent_follows_the_contract(kind: str) -> None:
    assert Contract(CASE_EVENT_ENVELOPE).errors(json.loads(SENT[kind])) == []


def test_the_contract_forbids_what_may_not_go_out() -> None:
    case = case_at(Stage.SIGNED)
    [event] = [each for each in give(case, "convene", OPENED).events if is_opening(each)]
    value = json.loads(SENT[event.fact.kind])

    for change in ({"what": "inquiry"}, {"clock": "inquiry-2"}, {"kind": "commented"}):
        wrong = value | {"data": value["data"] | change}
        assert Contract(CASE_EVENT_ENVELOPE).errors(wrong)


def is_opening(event: Event) -> bool:
    return event.fact.kind == "part_opened"
