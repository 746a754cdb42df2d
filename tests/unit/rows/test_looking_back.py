"""Looking back at a closed case (回头看): by another person, once for each end, with a picture."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.commands import Actor
from domain.case.look_backs.acts import LookBack
from domain.case.look_backs.facts import LookedBack
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Stage
from schemas.journal import row_of
from tests.acts import PHOTO, STREET
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, Story, only
from tests.unit.test_desk_answers import came, named_as_a_question
from tests.unit.triages import NINE

ENDED, LATER = at("2026-07-01 12:00"), at("2026-07-15 09:00")
HELD = LookBack(held=True, note="Still gone.", evidence=(STREET,))
BACK = LookBack(held=False, note="They are back.", evidence=(STREET,))
DISPATCHER, LEADER = ACTORS[Role.DISPATCHER], ACTORS[Role.LEADER]
REOPENED = Answer(part="reopening-1", granted=True, reason="So they are.")


def closed(pinned: CasePlan | None = None) -> Story:
    story = Story(pinned or plan())
    for kind in ("sign", "progress", "resolve", "verify", "close"):
        story.do(kind, ENDED)
    return story


def test_what_holds_is_recorded_and_the_case_stays_closed() -> None:
    story = closed()
    facts = story.do(HELD, LATER, by=DISPATCHER)

    assert facts == [LookedBack(held=True, note="Still gone.", evidence=(STREET,))]
    assert story.case.stage is Stage.CLOSED
    assert story.case.looked_back_at == LATER
    assert row_of(story.case).looked_back_at == LATER


def test_what_does_not_hold_is_asked_to_be_reopened_and_another_person_decides() -> None:
    story = closed()
    story.do(BACK, LATER, by=OFFICE_LEADER)
    asked = story.part("reopening-1")
    code, _ = story.refused(REOPENED, LATER, by=OFFICE_LEADER)
    story.do(REOPENED, LATER, by=LEADER)

    assert asked.kind is PartKind.REOPENING
    assert asked.state is PartState.OPEN
    assert code is Refusal.SAME_PERSON
    assert story.case.stage is Stage.DISPATCHED


def test_where_it_is_too_late_to_reopen_the_row_stays_alone() -> None:
    story = closed(replace(plan(), reopen_window=timedelta(days=20)))
    facts = story.do(BACK, ENDED + timedelta(days=20, seconds=1), by=DISPATCHER)

    assert [fact.kind for fact in facts] == ["looked_back"]


def test_it_is_looked_back_at_once_for_each_end() -> None:
    story = closed()
    story.do(BACK, LATER, by=DISPATCHER)
    code, words = story.refused(HELD, LATER, by=LEADER)
    story.do(REOPENED, LATER, by=LEADER)
    again = LATER + timedelta(hours=1)
    for kind in ("sign", "progress", "resolve", "verify", "close"):
        story.do(kind, again)
    second = replace(HELD, evidence=(replace(STREET, sha256="90" * 32),))
    story.do(second, again + timedelta(days=1), by=DISPATCHER)

    assert code is Refusal.WRONG_STEP
    assert "once for each end" in words
    assert story.case.looked_back_at == again + timedelta(days=1)


@pytest.mark.parametrize(
    ("by", "why"),
    [
        (ACTORS[Role.VERIFIER], "qian handled or verified it"),
        (replace(ACTORS[Role.VERIFIER], id="he", own_unit="squad"), "squad handled it"),
        (replace(DISPATCHER, id="he", for_person="qian"), "qian handled or verified it"),
    ],
)
def test_who_handled_or_verified_it_does_not_look_back(by: Actor, why: str) -> None:
    code, words = closed().refused(HELD, LATER, by=by)

    assert code is Refusal.SAME_PERSON
    assert why in words


def test_who_answered_it_at_the_desk_does_not_look_back() -> None:
    story = came("请问怎么办理居住证", reply_wanted=False)
    act, lookup = named_as_a_question(story)
    story.do(act, NINE, lookup=lookup)
    later = NINE + timedelta(days=7)
    code, words = story.refused(HELD, later, by=DISPATCHER)
    story.do(HELD, later, by=OFFICE_LEADER)

    assert code is Refusal.SAME_PERSON
    assert "wang handled or verified it" in words


def test_it_needs_a_picture_of_its_own_where_a_result_needs_one() -> None:
    story = closed()
    for files in ((), (PHOTO,)):
        code, words = story.refused(replace(HELD, evidence=files), LATER, by=DISPATCHER)
        assert code is Refusal.MISSING_EVIDENCE
        assert "a picture of its own" in words


def test_it_needs_none_where_a_result_needs_none() -> None:
    story = closed(plan(evidence=0))
    story.do(replace(HELD, evidence=()), LATER, by=DISPATCHER)

    assert story.case.looked_back_at == LATER


def test_its_picture_proves_no_result_afterwards() -> None:
    story = closed()
    story.do(BACK, LATER, by=DISPATCHER)
    story.do(REOPENED, LATER, by=LEADER)
    for kind in ("sign", "progress"):
        story.do(kind, LATER)
    usual = story.case.progressed

    assert STREET.sha256 in usual


def test_a_case_without_words_is_not_opened_again_by_it() -> None:
    story = closed()
    lookup = replace(LOOKUP, erased=True)
    facts = story.do(BACK, LATER, by=DISPATCHER, lookup=lookup)

    assert only(facts, LookedBack)
    assert story.case.open_parts(PartKind.REOPENING) == ()
