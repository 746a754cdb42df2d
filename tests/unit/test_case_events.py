"""What outsiders are told of a case: what the tables say, and nothing that names a person."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, get_args

import pytest
from hypothesis import given

from domain.case.commands import ENGINE
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.events import FACTS, Event, Fact
from domain.case.outlines import outline
from domain.case.part_types import PARTS_TOLD
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.state import Outline
from domain.case.supervision.acts import Urge
from domain.planning.follow_ons import follow_on_id
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import CLOCKS
from domain.sla.ladders import Action, Late
from domain.vocabulary import Callback, OutsideMandate, Stage, Tier, Urgency
from gateways.kafka.topic_limits import NEEDED
from schemas.events.case_events import (
    KINDS,
    PUBLISHED_FIELDS,
    CaseEvent,
    case_event_of,
    value_of,
)
from tests.acts import OTHER_CASE
from tests.builders import case_at, complaint, give
from tests.town import OPENED, UNITS
from tests.unit.lives import ANY_LIVES, DILIGENT_LIVES, FEWER, Life
from workflows.command_limits import LONGEST

WORDS = {
    str(word)
    for words in (Stage, Tier, Urgency, Callback, OutsideMandate, PartState, KINDS, CLOCKS, UNITS)
    for word in words
} | {str(kind) for kind in PARTS_TOLD}
CASES = {"a-case", OTHER_CASE, follow_on_id(complaint(), "illegal-building")}
CODES = {"youchegang", "street-stalls", "illegal-building", "loose"}
MOMENT = r"20\d\d-\d\d-\d\dT[\d:.]+Z"
AMOUNT = r"-?P[\dTDHMS.]+"
PART = rf"({'|'.join(PARTS_TOLD)})-[1-9]\d*"


Step = tuple[Outline | None, Event, Outline, CaseEvent | None]


def told(events: tuple[Event, ...]) -> Iterator[Step]:
    known: Outline | None = None
    for event in events:
        before, known = known, outline(known, event)
        yield before, event, known, case_event_of("a-case", event, known)


def test_it_is_decided_of_every_fact_whether_it_goes_out() -> None:
    assert FACTS.keys() == {*get_args(Fact)}
    assert [fact for fact, row in FACTS.items() if (row.told is None) != bool(row.withheld)] == []


@pytest.mark.parametrize("fact", PUBLISHED_FIELDS, ids=lambda fact: fact.__name__)
def test_what_goes_out_of_a_fact_has_its_own_name_and_no_free_text(fact: type[Fact]) -> None:
    known = {each.name for each in fields(fact)}

    assert set(PUBLISHED_FIELDS[fact]) <= known
    assert set(PUBLISHED_FIELDS[fact]) <= CaseEvent.model_fields.keys()
    assert (
        set(PUBLISHED_FIELDS[fact])
        & {"reason", "note", "text", "result", "advice", "told", "terms"}
        == set()
    )


@FEWER
@given(ANY_LIVES)
def test_whatever_changes_where_a_case_stands_is_told(life: Life) -> None:
    """Else outsiders would believe what is no longer so."""
    for before, event, after, this in told(life.events):
        if before is None or (before.stage, before.tier, before.holder) != (
            after.stage,
            after.tier,
            after.holder,
        ):
            assert this is not None, event.fact.kind
            assert this.stage == after.stage
            assert this.tier == after.tier
            assert this.holder == after.holder


@FEWER
@given(DILIGENT_LIVES | ANY_LIVES)
def test_nothing_is_told_but_words_of_closed_lists_units_cases_and_moments(life: Life) -> None:
    for _, event, _, this in told(life.events):
        if this is not None:
            data = this.model_dump(mode="json", exclude_none=True)
            strange = [text for text in texts(data) if not is_known(text)]

            assert strange == [], event.fact.kind


@pytest.mark.parametrize("kind", PartKind)
def test_of_a_part_that_outsiders_may_not_know_nothing_is_told(kind: PartKind) -> None:
    """Least of all that somebody's duty is inquired into."""
    begun = outline(None, give(None, "open", OPENED).events[0])
    opening = PartOpened(part=f"{kind}-1", what=kind, terms=Urge(text="x"), units=("squad",))
    about: list[Fact] = [
        opening,
        PartMoved(part=f"{kind}-1", to=PartState.DONE),
        DeadlineMissed(clock=f"{kind}-1", due_at=OPENED),
        RungReached(
            clock=f"{kind}-1", rung="r", level=2, action=Action.URGE, outcome=Late.FIRE,
            moment=OPENED, late=False,
        ),
    ]  # fmt: skip
    heard = []
    for fact in about:
        event = Event(begun.seq + 1, OPENED, ENGINE, "x", "x", fact)
        begun = outline(begun, event)
        heard.append(case_event_of("a-case", event, begun) is not None)

    assert heard == [kind in PARTS_TOLD, kind in PARTS_TOLD, False, False]


def test_of_an_inquiry_neither_track_is_told() -> None:
    case = case_at(Stage.SIGNED, tier=Tier.SUPERVISE)
    inquired = give(case, "inquire", OPENED)
    known = Outline("youchegang", case.tier, seq=case.seq)

    assert [event.fact.kind for event in inquired.events] == ["part_opened", "part_opened"]
    for event in inquired.events:
        known = outline(known, event)
        assert case_event_of(case.case_id, event, known) is None


def test_an_event_told_again_has_the_same_bytes_its_row_as_its_id_and_what_its_kind_says() -> None:
    case = case_at(Stage.TRIAGED)
    [event] = give(case, "dispatch", OPENED).events
    known = outline(Outline("youchegang", case.tier, seq=case.seq, stage=case.stage), event)
    once, again = (case_event_of("a-case", event, known) for _ in range(2))
    assert once is not None
    assert again is not None
    value = json.loads(value_of(once))

    assert value_of(once) == value_of(again)
    assert value == {
        "specversion": "1.0",
        "type": "org.sanban.case.event.v1",
        "source": "urn:sanban:cases",
        "id": f"a-case/{event.seq}",
        "subject": "a-case",
        "time": value["data"]["at"],
        "datacontenttype": "application/json",
        "data": {
            "schema_version": 1,
            "tenant": "youchegang",
            "case": "a-case",
            "seq": event.seq,
            "at": value["data"]["at"],
            "kind": "dispatched",
            "stage": "dispatched",
            "tier": "assign",
            "holder": "squad",
            "unit": "squad",
        },
    }


def is_known(text: str) -> bool:
    listed = WORDS | CASES | CODES
    return text in listed or any(re.fullmatch(one, text) for one in (MOMENT, AMOUNT, PART))


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from texts(item)


def test_the_largest_event_fits_the_smallest_topic() -> None:
    """No command is longer than LONGEST, so no conference has more units than it can name."""
    most = [f"{number:064}" for number in range(LONGEST // 64)]
    published = CaseEvent(
        tenant="t" * 40,
        case=OTHER_CASE,
        seq=2**31,
        at=OPENED,
        kind="part_opened",
        stage=Stage.IN_PROGRESS,
        tier=Tier.SUPERVISE,
        holder="h" * 64,
        part="conference-1000",
        what=PartKind.CONFERENCE,
        units=tuple(most),
    )

    assert LONGEST < len(value_of(published)) < NEEDED - 1000
