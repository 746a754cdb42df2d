"""Random lives reach everything: every fact, every kind of part, every act, every default."""

from collections.abc import Iterator
from itertools import islice
from typing import get_args

import pytest

from domain.case.dispatch.facts import Dispatched
from domain.case.events import CommandRefused, Fact
from domain.case.forecasts import forecast
from domain.case.part_types import REQUESTS, WORK
from domain.case.parts.facts import PartMoved, PartState
from domain.case.permissions import PERMISSIONS
from domain.case.state import Case
from domain.policy.part_rules import PartKind
from domain.vocabulary import Stage, Tier
from tests.town import roster
from tests.unit.lives_states import before_and_after, fixed_lives, left_alone, ring, states

MOMENTS = 3


def test_every_kind_of_fact_happens_in_random_lives() -> None:
    happened = {type(event.fact) for life in fixed_lives() for event in life.events}

    assert set(get_args(Fact)) == happened


def test_every_act_is_taken_in_random_lives() -> None:
    events = [event for life in fixed_lives() for event in life.events]
    taken = {event.command for event in events if not isinstance(event.fact, CommandRefused)}

    assert {*PERMISSIONS, "open"} == taken


def test_every_request_is_granted_and_refused_and_every_work_done_in_random_lives() -> None:
    ends = {(kind, fact.to) for fact, kind in _moves()}

    assert {(kind, to) for kind in REQUESTS for to in (PartState.GRANTED, PartState.REFUSED)} == {
        (kind, to) for kind, to in ends if kind in REQUESTS and to is not PartState.LAPSED
    }
    assert WORK == {kind for kind, to in ends if to is PartState.DONE}


def test_random_lives_come_to_every_stage_and_are_verified_in_every_tier() -> None:
    seen = {(case.stage, case.tier) for life in fixed_lives() for case in states(life)}

    assert {*Stage} == {stage for stage, _ in seen}
    assert {*Tier} == {tier for stage, tier in seen if stage is Stage.VERIFIED}


def test_clocks_hand_on_what_nobody_signs_for_in_random_lives() -> None:
    handed = [
        event.fact.unit
        for life in fixed_lives()
        for event in life.events
        if isinstance(event.fact, Dispatched) and "did not sign" in event.fact.reason
    ]

    assert {"water", "town"} <= {*handed}


def _moves() -> list[tuple[PartMoved, PartKind]]:
    return [
        (fact, part.kind)
        for life in fixed_lives()
        for before, event, _ in before_and_after(life)
        if isinstance(fact := event.fact, PartMoved)
        if (part := before.part(fact.part)) is not None
    ]


@pytest.mark.parametrize("kind", PartKind)
def test_the_forecast_of_a_case_with_such_a_part_is_what_then_happens(kind: PartKind) -> None:
    """Times, people told, defaults: with what the engine looks up, or from the roster alone."""
    cases = [*islice(_with_open(kind), MOMENTS)]

    assert MOMENTS == len(cases)
    for case in cases:
        happened = [(event.at, event.fact) for _, event, _ in left_alone(case)]
        foretold = forecast(case, roster(), most=len(happened) + 1)

        assert happened == [(event.at, event.fact) for event in foretold]


def _with_open(kind: PartKind) -> Iterator[Case]:
    """One moment of a life each, with nothing overdue."""
    for life in fixed_lives():
        for turn in life.turns:
            case = turn.decision.case
            waits = bool(case.open_parts(kind)) and case.stage is not Stage.MERGED
            if waits and not case.stage.is_final and not ring(case, turn.now)[1]:
                yield case
                break
