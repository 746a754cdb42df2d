"""Row 20: the way to a penalty, step by step."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor, Command
from domain.case.escalation.facts import DeadlineMissed
from domain.case.parts.facts import PartState
from domain.case.penalties.acts import AdvancePenalty, FilePenalty, PenaltyStep
from domain.case.refusals import Refusal
from domain.vocabulary import Role, Stage
from tests.acts import advanced
from tests.builders import ACTORS, LOOKUP, WATER_HANDLER, plan
from tests.town import at
from tests.unit.rows.story import Story, kinds, only
from workflows.questions import question

NINE = "2026-07-01 09:00"
SECOND = ACTORS[Role.UNIT_HEAD]
"""Zhao, the second of the officers of a penalty; li files it and does the rest."""


def signed() -> Story:
    story = Story()
    story.do("sign", at("2026-07-01 09:00"))
    return story


def test_row_20_penalty_case_link_needs_two_regular_officers_and_a_number() -> None:
    story = signed()
    alone = FilePenalty(number="2026-17", officers=("li", "xu"), basis="Art. 12")
    code, words = story.refused(alone, at("2026-07-01 10:00"))

    assert Refusal.TWO_OFFICERS == code
    assert "named: li, xu; xu has no certificate in the roster" in words
    unnumbered = FilePenalty(number=" ", officers=("li", "zhao"), basis="Art. 12")
    assert Refusal.MISSING_EVIDENCE is story.refused(unnumbered, at("2026-07-01 10:00"))[0]
    story.do("file_penalty", at("2026-07-01 10:00"))
    assert at("2026-09-29 10:00") == story.due("penalty-1")  # ninety days and nights


def test_row_20_penalty_case_link_result_comes_back_in_order_and_outlives_the_case() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    story.do("resolve", at("2026-07-01 11:00"))
    story.do("verify", at("2026-07-01 11:30"))
    story.do("close", at("2026-07-01 12:00"))
    assert Stage.CLOSED == story.case.stage
    assert story.part("penalty-1").is_open is True
    assert story.wait(at("2026-08-15 08:00")) != []  # told of, but not archived: it is open
    assert Stage.CLOSED is story.case.stage
    assert at("2026-09-29 10:00") == story.due("penalty-1")

    decided = advanced(PenaltyStep.DECIDED, 2_000)
    story.do(decided, at("2026-08-17 08:00"), by=SECOND)
    back = advanced(PenaltyStep.REVIEWED)
    assert (Refusal.WRONG_STEP, "penalty-1 is decided; next is served") == story.refused(
        back, at("2026-08-17 09:00")
    )
    assert at("2026-08-25 18:00") == story.due("penalty-1")  # seven working days to serve it
    story.do(advanced(PenaltyStep.SERVED), at("2026-08-18 08:00"))
    assert at("2026-11-16 08:00") == story.due("penalty-1")  # three months, then the court
    assert only(story.wait(at("2026-09-01 08:00")), DeadlineMissed) == []
    executed = advanced(PenaltyStep.EXECUTED)
    story.do(executed, at("2026-09-01 08:00"))
    assert ["archived"] == kinds(story.wait(at("2026-09-01 09:00")))


_LAWFUL = (
    PenaltyStep.INVESTIGATED,
    PenaltyStep.REVIEWED,
    PenaltyStep.NOTIFIED,
    PenaltyStep.HEARD,
    PenaltyStep.DECIDED,
    PenaltyStep.SERVED,
)


def _step(step: PenaltyStep, yuan: int = 50_000) -> AdvancePenalty:
    return advanced(step, yuan if step is PenaltyStep.DECIDED else None)


def _by(step: PenaltyStep) -> Actor:
    """Return the officer: the one decides, and the other does the rest."""
    return SECOND if step is PenaltyStep.DECIDED else ACTORS[Role.HANDLER]


@pytest.mark.parametrize("without", [*_LAWFUL, PenaltyStep.EXECUTED])
def test_row_20_penalty_case_link_leaves_out_no_step_but_the_legal_review(
    without: PenaltyStep,
) -> None:
    """Steps are taken in order; what would come after the one left out is refused."""
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    steps = (*_LAWFUL, PenaltyStep.EXECUTED)
    place = steps.index(without)
    for step in steps[:place]:
        story.do(_step(step), at("2026-07-01 11:00"), by=_by(step))
    for later in steps[place + 1 :]:
        if without is PenaltyStep.REVIEWED and later is PenaltyStep.NOTIFIED:
            continue
        assert Refusal.WRONG_STEP is story.refused(_step(later), at("2026-07-01 11:30"))[0]
    story.do(_step(without), at("2026-07-01 12:00"), by=_by(without))


def test_row_20_penalty_case_link_may_go_without_legal_review_and_end_in_court() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    for step in (*(s for s in _LAWFUL if s is not PenaltyStep.REVIEWED), PenaltyStep.TO_COURT):
        story.do(_step(step), at("2026-07-01 11:00"), by=_by(step))

    assert PartState.DONE is story.part("penalty-1").state


def test_row_20_penalty_case_link_decides_on_the_spot_only_up_to_3000_yuan() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    code, words = story.refused(_step(PenaltyStep.DECIDED, 3_001), at("2026-07-01 11:00"))
    assert Refusal.WRONG_STEP is code
    assert "filed; next is investigated or dismissed" in words
    negative = _step(PenaltyStep.DECIDED, -1)
    assert Refusal.TOO_MUCH is story.refused(negative, at("2026-07-01 11:00"))[0]
    story.do(_step(PenaltyStep.DECIDED, 3_000), at("2026-07-01 11:00"), by=SECOND)

    assert PartState.DECIDED is story.part("penalty-1").state


def test_row_20_penalty_case_link_is_not_dismissed_after_its_decision() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    story.do(_step(PenaltyStep.DECIDED, 200), at("2026-07-01 11:00"), by=SECOND)

    dismissed = _step(PenaltyStep.DISMISSED)
    assert Refusal.WRONG_STEP is story.refused(dismissed, at("2026-07-01 12:00"))[0]


def test_row_20_penalty_case_link_of_a_case_under_the_first_rules_goes_on_as_it_began() -> None:
    story = Story(replace(plan(), rules=None))
    story.do("sign", at("2026-07-01 09:00"))
    story.do("file_penalty", at("2026-07-01 10:00"))
    story.do(_step(PenaltyStep.DECIDED), at("2026-07-01 11:00"))
    story.do(_step(PenaltyStep.EXECUTED), at("2026-07-01 12:00"))

    assert PartState.DONE is story.part("penalty-1").state


def test_row_20_penalty_goes_on_when_a_merged_case_ends_with_the_other() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    story.do("merge", at("2026-07-02 10:00"))
    story.do("follow", at("2026-07-04 10:00"))

    assert Stage.CLOSED is story.case.stage
    assert at("2026-09-29 10:00") == story.due("penalty-1")  # the law's days run on


@pytest.mark.parametrize(
    ("actor", "why"),
    [
        (WATER_HANDLER, Refusal.NOT_READABLE),
        (Actor("wu-di", Role.HANDLER, "squad"), Refusal.NOT_YOUR_PART),
        (Actor("wu-di", Role.UNIT_HEAD, "squad"), Refusal.NOT_YOUR_PART),
    ],
    ids=["another unit", "another of the unit", "its head"],
)
def test_a_step_of_a_penalty_is_recorded_by_its_officers(actor: Actor, why: Refusal) -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    step = _step(PenaltyStep.INVESTIGATED)

    assert why is story.refused(step, at("2026-07-01 11:00"), by=actor)[0]
    story.do(step, at("2026-07-01 11:00"), by=ACTORS[Role.UNIT_HEAD])  # zhao is one of them


def test_a_deputy_of_an_officer_is_no_officer() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    deputy = Actor("wu-di", Role.HANDLER, "squad", for_person="li")
    code, words = story.refused(_step(PenaltyStep.INVESTIGATED), at("2026-07-01 11:00"), by=deputy)

    assert Refusal.NOT_YOUR_PART is code
    assert "li, zhao carry on penalty-1" in words


OTHERS = replace(LOOKUP, certified=(("he", "squad"), ("ding", "squad")))


def named(*officers: str) -> AdvancePenalty:
    return replace(_step(PenaltyStep.INVESTIGATED), officers=officers)


def test_the_head_of_the_unit_names_other_officers_who_then_carry_it_on() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    head = Actor("wu-di", Role.UNIT_HEAD, "squad")
    story.do(named("he", "ding"), at("2026-07-01 11:00"), by=head, lookup=OTHERS)
    later = _step(PenaltyStep.REVIEWED)

    assert Refusal.NOT_YOUR_PART is story.refused(later, at("2026-07-01 12:00"))[0]
    story.do(later, at("2026-07-01 12:00"), by=Actor("he", Role.HANDLER, "squad"))


def test_a_handler_names_no_other_officers() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    when = at("2026-07-01 11:00")

    assert Refusal.WRONG_ROLE is story.refused(named("he", "ding"), when, lookup=OTHERS)[0]


@pytest.mark.parametrize("officers", [("he",), ("he", "xu")])
def test_other_officers_are_two_and_certified(officers: tuple[str, ...]) -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    act, by = named(*officers), ACTORS[Role.UNIT_HEAD]
    code, _ = story.refused(act, at("2026-07-01 11:00"), by=by, lookup=OTHERS)

    assert Refusal.TWO_OFFICERS is code


def test_officers_are_looked_up_where_others_are_named() -> None:
    case = signed().case
    asked = question(case, Command("c", ACTORS[Role.UNIT_HEAD], named("he", "ding")), at(NINE))
    assert asked is not None
    assert ("he", "ding") == asked.officers

    plain = _step(PenaltyStep.INVESTIGATED)
    assert question(case, Command("c", ACTORS[Role.UNIT_HEAD], plain), at(NINE)) is None


def test_every_step_of_a_penalty_has_a_document_of_its_own() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    first = _step(PenaltyStep.INVESTIGATED)
    bare = replace(first, evidence=())
    assert Refusal.MISSING_EVIDENCE is story.refused(bare, at("2026-07-01 11:00"))[0]

    story.do(first, at("2026-07-01 11:00"))
    again = replace(_step(PenaltyStep.REVIEWED), evidence=first.evidence)
    assert Refusal.MISSING_EVIDENCE is story.refused(again, at("2026-07-01 11:30"))[0]
