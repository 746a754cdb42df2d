"""A case is the fold of its events, and of nothing else."""

from dataclasses import replace

import pytest

from domain.case.commands import ENGINE
from domain.case.events import CommandRefused
from domain.case.evolve import fold
from domain.case.handling.acts import Comment
from domain.case.refusals import Refusal
from domain.case.registration.acts import Open
from domain.case.state import REMEMBERED
from domain.vocabulary import Role, Stage
from tests.builders import ACTORS, case_at, give, plan
from tests.town import OPENED, at

OPENING = give(None, Open(plan=plan()), OPENED)


def test_no_events_are_no_case() -> None:
    with pytest.raises(ValueError, match="no such case"):
        fold([])


def test_a_case_begins_with_its_complaint() -> None:
    with pytest.raises(ValueError, match="begins with received"):
        fold(OPENING.events[1:])


@pytest.mark.parametrize("seq", [1, 2, 4])
def test_a_gap_in_the_rows_is_not_folded_over(seq: int) -> None:
    received, triaged, dispatched = OPENING.events

    with pytest.raises(ValueError, match="after row 2 comes 3"):
        fold([received, triaged, replace(dispatched, seq=seq)])


def test_the_rows_of_a_decision_are_what_the_case_is_made_of() -> None:
    assert OPENING.case == fold(OPENING.events)


def test_a_case_remembers_the_answer_and_the_stage_it_left() -> None:
    case = give(case_at(Stage.DISPATCHED), "sign", OPENED, id_="c-1").case
    answer = case.answer("c-1")

    assert answer is not None
    assert "sign" == answer.command
    assert case.seq == answer.seq
    assert Stage.SIGNED == answer.stage
    assert answer.refusal is None


def test_an_answer_of_several_rows_names_the_last() -> None:
    decision = give(case_at(Stage.SIGNED), "raise_tier", OPENED, id_="c-1")
    answer = decision.case.answer("c-1")

    assert 2 == len(decision.events)
    assert answer is not None
    assert decision.events[-1].seq == answer.seq
    assert Stage.DISPATCHED == answer.stage


def test_whoever_claims_to_be_the_engine_is_refused_and_answered_like_anybody() -> None:
    decision = give(case_at(Stage.DISPATCHED), "sign", OPENED, by=ENGINE, id_="c-1")
    answer = decision.case.answer("c-1")

    assert answer is not None
    assert Refusal.WRONG_ROLE is answer.refusal
    assert () == give(decision.case, "sign", OPENED, by=ENGINE, id_="c-1").events


def test_what_the_engine_does_of_itself_is_not_kept_as_an_answer() -> None:
    case = give(case_at(Stage.SIGNED), "ring", at("2026-08-01 08:00")).case

    assert ["sign"] == [answer.command for answer in case.answered]


def test_a_command_nobody_gave_has_no_answer() -> None:
    assert case_at(Stage.SIGNED).answer("c-1") is None


def test_a_case_remembers_its_latest_commands_and_does_not_grow_for_ever() -> None:
    case = case_at(Stage.DISPATCHED)
    for number in range(REMEMBERED + 1):
        case = give(case, Comment(text="?"), OPENED, id_=f"c-{number}").case

    assert REMEMBERED == len(case.answered)
    assert case.answer("c-0") is None
    assert case.answer("c-1") is not None


def test_a_refusal_says_in_words_what_is_wrong() -> None:
    [event] = give(case_at(Stage.SIGNED), "sign", OPENED).events
    [other] = give(case_at(Stage.DISPATCHED), "sign", OPENED, by=ACTORS[Role.VERIFIER]).events

    assert (
        CommandRefused(
            refusal=Refusal.WRONG_STAGE,
            detail="sign is possible in dispatched; this is signed; now: resolve, by you",
        )
        == event.fact
    )
    assert (
        CommandRefused(
            refusal=Refusal.WRONG_ROLE,
            detail="sign is for auxiliary, handler, unit_head; this is verifier; "
            "now: sign, by a person of squad",
        )
        == other.fact
    )
