"""Row 20: two officers end a penalty, and not one of them alone; a leader lets it be."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.joint_work.acts import GiveTask
from domain.case.participants import inbox
from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartState
from domain.case.penalties.acts import AdvancePenalty, FilePenalty, PenaltyStep
from domain.case.refusals import Refusal
from domain.planning.plans import RULES
from domain.vocabulary import Role
from tests.acts import advanced
from tests.builders import ACTORS, LOOKUP, WATER_HANDLER, plan
from tests.town import at
from tests.unit.rows.story import Story, kinds

SECOND = ACTORS[Role.UNIT_HEAD]
"""Zhao, the second of the officers of a penalty; li files it and does the rest."""
CERTIFIED = replace(LOOKUP, certified=(("he", "squad"), ("ding", "squad")))


def signed() -> Story:
    story = Story()
    story.do("sign", at("2026-07-01 09:00"))
    return story


def step_of(step: PenaltyStep, yuan: int = 50_000) -> AdvancePenalty:
    return advanced(step, yuan if step is PenaltyStep.DECIDED else None)


# --- Two officers, and not one of them alone.


@pytest.mark.parametrize("step", [PenaltyStep.DECIDED, PenaltyStep.DISMISSED])
def test_who_filed_a_penalty_neither_decides_nor_dismisses_it_alone(step: PenaltyStep) -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    act = replace(step_of(step, 2_000), note="Put right at once.")

    assert Refusal.SAME_PERSON is story.refused(act, at("2026-07-01 11:00"))[0]


def test_who_investigated_does_not_dismiss_it() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    story.do(step_of(PenaltyStep.INVESTIGATED), at("2026-07-01 11:00"), by=SECOND)
    act = replace(step_of(PenaltyStep.DISMISSED), note="Put right at once.")

    assert Refusal.SAME_PERSON is story.refused(act, at("2026-07-01 12:00"), by=SECOND)[0]


def test_a_penalty_is_dismissed_with_a_reason() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    act = step_of(PenaltyStep.DISMISSED)

    assert Refusal.REASON_NEEDED is story.refused(act, at("2026-07-01 11:00"), by=SECOND)[0]


def test_a_second_officer_of_another_unit_consents_by_an_act_of_his_own() -> None:
    story = signed()
    both = FilePenalty(number="2026-17", officers=("li", "chen"), basis="Art. 12")
    story.do(both, at("2026-07-01 10:00"))
    story.do(step_of(PenaltyStep.DECIDED, 2_000), at("2026-07-01 11:00"), by=WATER_HANDLER)

    assert PartState.DECIDED is story.part("penalty-1").state


def test_a_number_is_filed_once() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))

    assert Refusal.ALREADY_ASKED is story.refused("file_penalty", at("2026-07-01 11:00"))[0]


# --- A dismissal is put to the leading group.

LEADER = ACTORS[Role.LEADER]
DISMISSED = replace(advanced(PenaltyStep.DISMISSED), note="Put right at once.")


def ruled(step: PenaltyStep, note: str = "So it is.") -> AdvancePenalty:
    return AdvancePenalty(part="penalty-1", step=step, note=note)


def put_to_the_leader(rules: int | None = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    story.do("sign", at("2026-07-01 09:00"))
    story.do("file_penalty", at("2026-07-01 10:00"))
    story.do(DISMISSED, at("2026-07-01 11:00"), by=SECOND)
    return story


def test_a_penalty_is_dismissed_only_if_a_leader_agrees() -> None:
    story = put_to_the_leader()
    assert story.part("penalty-1").is_open
    assert "office" in inbox(story.case)  # the leading group has the turn
    again = replace(DISMISSED, evidence=(replace(DISMISSED.evidence[0], sha256="e" * 64),))
    for by in (SECOND, ACTORS[Role.HANDLER]):
        code, words = story.refused(again, at("2026-07-01 12:00"), by=by)
        assert Refusal.WRONG_STEP is code
        assert "put to the leading group" in words

    story.do(ruled(PenaltyStep.DISMISSED), at("2026-07-01 12:00"), by=LEADER)
    assert PartState.DONE is story.part("penalty-1").state


def test_a_dismissal_that_a_leader_sends_back_goes_on_where_the_officers_were() -> None:
    """It was never investigated: so that comes next, and no step is left out."""
    story = put_to_the_leader()
    story.do(ruled(PenaltyStep.INVESTIGATED), at("2026-07-01 12:00"), by=LEADER)
    notified = step_of(PenaltyStep.NOTIFIED)
    assert Refusal.WRONG_STEP is story.refused(notified, at("2026-07-01 13:00"))[0]

    story.do(step_of(PenaltyStep.INVESTIGATED), at("2026-07-01 13:00"))
    assert "li" == story.part("penalty-1").investigated_by  # an officer, not the leader


def test_an_investigation_that_a_leader_sends_back_goes_on_after_it() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    story.do(step_of(PenaltyStep.INVESTIGATED), at("2026-07-01 10:30"))
    story.do(DISMISSED, at("2026-07-01 11:00"), by=SECOND)
    story.do(ruled(PenaltyStep.INVESTIGATED), at("2026-07-01 12:00"), by=LEADER)

    story.do(step_of(PenaltyStep.NOTIFIED), at("2026-07-01 13:00"))
    assert PenaltyStep.NOTIFIED is story.part("penalty-1").penalty


@pytest.mark.parametrize(
    ("act", "by", "code"),
    [
        (ruled(PenaltyStep.DISMISSED, " "), LEADER, Refusal.REASON_NEEDED),
        (ruled(PenaltyStep.DECIDED), LEADER, Refusal.WRONG_STEP),
        (
            ruled(PenaltyStep.DISMISSED),
            Actor("zhao", Role.LEADER, "town", for_person="wu", own_unit="squad"),
            Refusal.SAME_PERSON,
        ),
    ],
)
def test_a_ruling_on_a_dismissal_is_anothers_and_says_why(
    act: AdvancePenalty, by: Actor, code: Refusal
) -> None:
    assert code is put_to_the_leader().refused(act, at("2026-07-01 12:00"), by=by)[0]


def test_a_leader_takes_no_other_step_of_a_penalty() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    code, words = story.refused(ruled(PenaltyStep.DISMISSED), at("2026-07-01 11:00"), by=LEADER)

    assert Refusal.WRONG_ROLE is code
    assert "li, zhao carry on penalty-1" in words


def test_a_dismissal_of_a_running_case_is_the_second_officers() -> None:
    assert PartState.DONE is put_to_the_leader(rules=2).part("penalty-1").state


def filed_by_another(rules: int | None = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    story.do("sign", at("2026-07-01 09:00"))
    other = Actor("he", Role.HANDLER, "squad")
    story.do("file_penalty", at("2026-07-01 10:00"), by=other)
    return story


@pytest.mark.parametrize("step", [PenaltyStep.DECIDED, PenaltyStep.DISMISSED])
def test_one_officer_alone_ends_no_penalty_that_a_third_person_filed(step: PenaltyStep) -> None:
    act = replace(step_of(step, 2_000), note="Put right at once.")
    code, words = filed_by_another().refused(act, at("2026-07-01 11:00"))
    assert Refusal.TWO_OFFICERS is code
    assert "only li recorded a step" in words

    filed_by_another(rules=2).do(act, at("2026-07-01 11:00"))


def test_a_head_who_names_two_others_does_not_decide_for_them() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    head = Actor("wu-di", Role.UNIT_HEAD, "squad")
    act = replace(step_of(PenaltyStep.DECIDED, 2_000), officers=("he", "ding"))

    code, _ = story.refused(act, at("2026-07-01 11:00"), by=head, lookup=CERTIFIED)
    assert Refusal.TWO_OFFICERS is code


MARKET = replace(LOOKUP, units=(*LOOKUP.units, "market"), kinds=(("market", "department"),))

# --- Officers who can see the case.

STRANGER = replace(LOOKUP, officers_units=(("li", "squad"), ("zhao", "market")))


def test_an_officer_whose_unit_has_no_part_in_the_case_is_not_named() -> None:
    refusal, why = signed().refused("file_penalty", at("2026-07-01 10:00"), lookup=STRANGER)
    assert refusal is Refusal.NOT_OF_THE_UNIT
    assert why == (
        "zhao is of market, which has no part in the case and cannot see it; "
        "give market a task first, or name an officer of squad"
    )


def test_an_officer_whose_unit_has_a_task_is_named() -> None:
    story = signed()
    story.do(GiveTask(unit="market", what="Look."), at("2026-07-01 09:30"), lookup=MARKET)
    assert "part_opened" in kinds(story.do("file_penalty", at("2026-07-01 10:00"), lookup=STRANGER))


def test_no_head_names_an_officer_of_such_a_unit_afterwards() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    others = replace(step_of(PenaltyStep.INVESTIGATED), officers=("li", "zhao"))
    found = story.refused(others, at("2026-07-01 11:00"), by=SECOND, lookup=STRANGER)
    assert found[0] is Refusal.NOT_OF_THE_UNIT


def test_a_case_of_earlier_rules_names_officers_as_before() -> None:
    story = Story(replace(plan(), rules=2))
    story.do("sign", at("2026-07-01 09:00"))
    facts = story.do("file_penalty", at("2026-07-01 10:00"), lookup=STRANGER)
    assert "part_opened" in kinds(facts)


# --- A waiver.

PAPER = replace(DISMISSED.evidence[0], sha256="a" * 64)
OTHER_LEADER = replace(LEADER, id="fei")


def waived(number: int = 1, *files: str) -> Waive:
    papers = tuple(replace(PAPER, sha256=each * 64) for each in files)
    return Waive(part=f"penalty-{number}", reason="The court ruled.", evidence=papers)


def investigated(rules: int | None = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    story.do("sign", at("2026-07-01 09:00"))
    story.do("file_penalty", at("2026-07-01 10:00"))
    story.do(step_of(PenaltyStep.INVESTIGATED), at("2026-07-01 11:00"))
    return story


def test_a_penalty_with_a_step_is_waived_by_two_leaders_and_papers() -> None:
    story = investigated()
    noon = at("2026-07-01 12:00")
    due = story.due("penalty-1")
    bare = story.refused(waived(), noon, by=LEADER)[0]
    story.do(waived(1, "b"), noon, by=LEADER)
    again = story.refused(waived(1, "c"), noon, by=LEADER)[0]
    stand_in = replace(OTHER_LEADER, id="gu", for_person="fei", set_by=LEADER.id)
    same = story.refused(waived(1, "c"), noon, by=stand_in)[0]
    between = story.part("penalty-1")

    assert {bare, again, same} == {Refusal.MISSING_EVIDENCE, Refusal.SAME_PERSON}
    assert between.is_open
    assert between.tries == 0
    assert story.due("penalty-1") == due
    story.do(waived(1, "c"), noon, by=OTHER_LEADER)
    assert story.part("penalty-1").state is PartState.WAIVED


def test_a_step_after_the_first_word_ends_the_wish_to_waive() -> None:
    story = investigated()
    story.do(waived(1, "b"), at("2026-07-01 12:00"), by=LEADER)
    story.do(step_of(PenaltyStep.NOTIFIED), at("2026-07-01 13:00"))
    story.do(waived(1, "c"), at("2026-07-01 14:00"), by=OTHER_LEADER)

    assert story.part("penalty-1").is_open


def test_a_penalty_of_earlier_rules_or_without_a_step_is_waived_as_before() -> None:
    before = investigated(rules=2)
    before.do(waived(), at("2026-07-01 12:00"), by=LEADER)
    filed = signed()
    filed.do("file_penalty", at("2026-07-01 10:00"))
    filed.do(waived(), at("2026-07-01 12:00"), by=LEADER)

    for story in (before, filed):
        assert story.part("penalty-1").state is PartState.WAIVED
