"""What is one's own is decided, checked and waived by others, also where the office has it."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import Conclude, GiveTask, Hold, Investigate, Report
from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, AskExemption, AskExtension
from domain.case.supervision.acts import Appoint, Inquire, NoShow
from domain.vocabulary import Role, Tier
from tests.acts import MINUTES
from tests.builders import ACTORS, PHOTO, WATER_HANDLER, plan
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, Story

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
CLERK = Actor("gu", Role.HANDLER, "office")
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")


def held_by_office(tier: Tier = Tier.SUPERVISE) -> Story:
    story = Story(plan(tier=tier, holder="office"))
    story.do("sign", NINE, by=CLERK)
    return story


def signed(tier: Tier = Tier.ASSIGN) -> Story:
    story = Story(plan(tier=tier))
    story.do("sign", NINE)
    return story


def test_the_office_does_not_grant_the_time_that_it_asks_for_itself() -> None:
    story = held_by_office()
    story.do(AskExtension(hours=8, reason="Rain."), TEN, by=CLERK)
    granted = Answer(part="extension-1", granted=True, reason="So be it.")
    code, detail = story.refused(granted, TEN, by=SUPERVISOR)
    story.do(granted, TEN, by=LEADER)

    assert Refusal.SAME_PERSON is code
    assert "office asked for extension-1" in detail


def test_the_office_does_not_exempt_itself() -> None:
    story = held_by_office()
    story.wait(at("2026-08-20 10:00"))
    late = at("2026-08-20 11:00")
    for part in story.case.open_parts():
        story.do(Waive(part=part.id, reason="No more."), late, by=LEADER)
    story.do("resolve", late, by=CLERK)
    story.do("verify", late, by=ACTORS[Role.VERIFIER])
    story.do("verify", late, by=LEADER)
    story.do("close", late)
    story.do(AskExemption(reason="Rain."), late, by=CLERK)
    granted = Answer(part="exemption-1", granted=True, reason="So be it.")
    code, _ = story.refused(granted, late, by=SUPERVISOR)
    story.do(granted, late, by=LEADER)

    assert Refusal.SAME_PERSON is code
    assert story.case.exempt


@pytest.mark.parametrize(
    "by",
    [LEADER, Actor("deputy", Role.LEADER, "town", for_person=LEADER.id)],
    ids=["who opened it", "the deputy"],
)
def test_who_opened_an_inquiry_does_not_waive_its_tracks_alone(by: Actor) -> None:
    story = signed(Tier.SUPERVISE)
    story.do(Inquire(subject="The land.", duty="The squad."), TEN, by=LEADER)
    waive = Waive(part="inquiry-1", reason="Enough.")
    code, words = story.refused(waive, TEN, by=by)
    story.do(waive, TEN, by=replace(LEADER, id="another"))

    assert Refusal.SAME_PERSON is code
    assert "another leader of the leading group waives it" in words


def test_in_a_running_case_who_opened_an_inquiry_waives_it_as_before() -> None:
    story = Story(replace(plan(tier=Tier.SUPERVISE), rules=2))
    story.do("sign", TEN)
    story.do(Inquire(subject="The land."), TEN, by=LEADER)
    story.do(Waive(part="inquiry-1", reason="Enough."), TEN, by=LEADER)

    assert PartState.WAIVED is story.part("inquiry-1").state


@pytest.mark.parametrize("part", ["inquiry-1", "inquiry-2"])
def test_an_inquiry_is_waived_by_a_leader_only(part: str) -> None:
    story = signed(Tier.SUPERVISE)
    story.do(Inquire(subject="The land.", duty="The squad."), TEN)
    code, detail = story.refused(Waive(part=part, reason="Enough."), TEN, by=SUPERVISOR)
    story.do(Waive(part=part, reason="Enough.", evidence=(MINUTES,)), TEN, by=LEADER)

    assert Refusal.WRONG_ROLE is code
    assert "leading group" in detail
    assert PartState.WAIVED is story.part(part).state


def test_an_inquiry_into_the_holder_is_not_waived_by_its_own_leader() -> None:
    story = held_by_office()
    story.do(Inquire(subject="The land.", duty="The office."), TEN, by=LEADER)
    own = replace(LEADER, own_unit="office")
    code, _ = story.refused(Waive(part="inquiry-2", reason="Enough."), TEN, by=own)

    assert Refusal.SAME_PERSON is code


def test_a_filed_penalty_is_waived_by_a_leader_only() -> None:
    story = signed()
    story.do("file_penalty", TEN)
    code, _ = story.refused(Waive(part="penalty-1", reason="Enough."), TEN, by=SUPERVISOR)
    story.do(Waive(part="penalty-1", reason="Enough."), TEN, by=LEADER)

    assert Refusal.WRONG_ROLE is code


def test_a_letter_to_the_office_is_not_waived_by_the_office() -> None:
    story = held_by_office()
    story.do("issue_letter", TEN, by=LEADER)
    code, detail = story.refused(Waive(part="letter-1", reason="Enough."), TEN, by=SUPERVISOR)
    story.do(Waive(part="letter-1", reason="Enough."), TEN, by=LEADER)

    assert Refusal.SAME_PERSON is code
    assert "letter-1 binds office" in detail


def test_a_unit_that_the_office_summoned_does_not_record_its_interview() -> None:
    story = signed()
    story.do("summon", NINE, by=SUPERVISOR)
    held = Hold(
        part="interview-1", minutes="We were talked to.", evidence=(MINUTES,), present=("squad",)
    )
    code, _ = story.refused(held, at("2026-07-02 10:00"), by=ACTORS[Role.HANDLER])
    story.do(held, at("2026-07-02 10:00"), by=OFFICE_LEADER)

    assert Refusal.WRONG_ROLE is code
    assert PartState.DONE is story.part("interview-1").state


def test_a_unit_that_is_late_does_not_record_the_interview_of_the_ladder() -> None:
    story = signed()
    story.do("issue_letter", NINE)
    story.wait(at("2026-07-03 10:00"))
    held = Hold(
        part="interview-1", minutes="We were talked to.", evidence=(MINUTES,), present=("squad",)
    )
    by = ACTORS[Role.HANDLER]
    codes = {story.refused(act, at("2026-07-03 11:00"), by=by)[0] for act in (held, _no_show())}
    story.do(held, at("2026-07-03 11:00"), by=SUPERVISOR)

    assert {Refusal.WRONG_ROLE} == codes


def _no_show() -> NoShow:
    return NoShow(part="interview-1")


def test_an_interview_of_the_office_is_recorded_by_a_leader() -> None:
    story = held_by_office()
    story.do("summon", NINE, by=LEADER)
    held = Hold(
        part="interview-1", minutes="We were talked to.", evidence=(MINUTES,), present=("office",)
    )
    code, _ = story.refused(held, at("2026-07-02 10:00"), by=SUPERVISOR)
    story.do(held, at("2026-07-02 10:00"), by=LEADER)

    assert Refusal.SAME_PERSON is code


def test_a_party_that_the_holder_summons_stays_the_holders() -> None:
    story = signed()
    story.do("summon", NINE, by=ACTORS[Role.HANDLER])
    held = Hold(part="interview-1", minutes="They will.", evidence=(MINUTES,), present=("squad",))
    story.do(held, at("2026-07-02 10:00"), by=ACTORS[Role.HANDLER])

    assert PartState.DONE is story.part("interview-1").state


@pytest.mark.parametrize("giver", [ACTORS[Role.HANDLER], SUPERVISOR])
def test_a_task_of_the_holders_own_is_checked_by_another_unit(giver: Actor) -> None:
    story = signed()
    story.do(GiveTask(unit="squad", what="Do it."), TEN, by=giver)
    story.do(Report(part="task-1", text="Done."), TEN)
    passed = Check(part="task-1", passed=True, note="Fine.")
    colleague = ACTORS[Role.UNIT_HEAD]
    codes = {story.refused(passed, TEN, by=by)[0] for by in (ACTORS[Role.HANDLER], colleague)}
    story.do(passed, TEN, by=ACTORS[Role.VERIFIER])

    assert {Refusal.SAME_PERSON} == codes


def test_a_deputy_from_the_unit_of_a_task_does_not_check_it() -> None:
    story = signed()
    story.do(GiveTask(unit="water", what="Do it."), TEN)
    story.do(Report(part="task-1", text="Done."), TEN, by=WATER_HANDLER)
    deputy = Actor(WATER_HANDLER.id, Role.HANDLER, "squad", "li", own_unit="water")
    passed = Check(part="task-1", passed=True, note="Fine.")
    code, _ = story.refused(passed, TEN, by=deputy)
    story.do(passed, TEN)

    assert Refusal.SAME_PERSON is code


def test_an_investigation_of_the_office_is_concluded_by_the_office() -> None:
    story = signed()
    story.do(Investigate(units=("water",), subject="Why not?"), TEN, by=SUPERVISOR)
    story.do(Report(part="investigation-1", text="Nothing was done."), TEN, by=WATER_HANDLER)
    story.do(Report(part="investigation-1", text="It was."), TEN, by=ACTORS[Role.HANDLER])
    finding = Conclude(part="investigation-1", finding="All is well.")
    code, _ = story.refused(finding, TEN, by=ACTORS[Role.HANDLER])
    story.do(finding, TEN, by=SUPERVISOR)

    assert Refusal.WRONG_ROLE is code


# --- Inspections inside the office's own unit.

HEAD = Actor("he", Role.UNIT_HEAD, "office")
PASSED = Check(part="commitment-1", passed=True, note="It is.", evidence=(PHOTO,))


@pytest.mark.parametrize("orders", [CLERK, SUPERVISOR, OFFICE_LEADER])
@pytest.mark.parametrize("inspects", [HEAD, replace(OFFICE_LEADER, id="deng")])
def test_what_the_office_has_to_put_right_another_unit_inspects(
    orders: Actor, inspects: Actor
) -> None:
    story = held_by_office()
    story.do("commit", TEN, by=orders)
    story.do(Report(part="commitment-1", text="Cleared."), TEN, by=CLERK)
    code, words = story.refused(PASSED, TEN, by=inspects)
    story.do(PASSED, TEN, by=ACTORS[Role.VERIFIER])

    assert code is Refusal.SAME_PERSON
    assert "a person of another unit inspects it" in words


def test_who_has_the_case_now_does_not_inspect_what_was_ordered_from_above() -> None:
    story = signed(Tier.SUPERVISE)
    story.do("commit", TEN, by=SUPERVISOR)
    story.do(Appoint(lead="water", instruction="Take it over."), TEN, by=SUPERVISOR)
    story.do("sign", TEN, by=WATER_HANDLER)
    story.do(Report(part="commitment-1", text="Cleared."), TEN, by=WATER_HANDLER)
    code, _ = story.refused(PASSED, TEN, by=replace(WATER_HANDLER, id="feng"))

    assert code is Refusal.SAME_PERSON


def test_an_officer_inspects_what_another_officer_of_the_unit_ordered() -> None:
    story = signed()
    story.do("commit", TEN, by=ACTORS[Role.HANDLER])
    story.do(Report(part="commitment-1", text="Cleared."), TEN, by=ACTORS[Role.HANDLER])
    story.do(PASSED, TEN, by=ACTORS[Role.UNIT_HEAD])

    assert story.part("commitment-1").state is PartState.DONE


def test_a_verifier_of_the_unit_does_not_inspect_what_its_officer_ordered() -> None:
    story = signed()
    story.do("commit", TEN, by=ACTORS[Role.HANDLER])
    story.do(Report(part="commitment-1", text="Cleared."), TEN, by=ACTORS[Role.HANDLER])
    lent = replace(ACTORS[Role.VERIFIER], own_unit="squad")
    code, _ = story.refused(PASSED, TEN, by=lent)

    assert code is Refusal.SAME_PERSON


def test_the_office_does_not_conclude_an_investigation_in_which_it_has_a_part() -> None:
    story = held_by_office()
    story.do(Investigate(units=("water",), subject="The canal."), TEN, by=SUPERVISOR)
    for by in (CLERK, WATER_HANDLER):
        story.do(Report(part="investigation-1", text="Seen."), TEN, by=by)
    ends = Conclude(part="investigation-1", finding="All is well.")
    code, _ = story.refused(ends, TEN, by=OFFICE_LEADER)
    story.do(ends, TEN, by=LEADER)

    assert code is Refusal.SAME_PERSON


def test_the_office_inspects_its_own_under_the_first_rules_as_before() -> None:
    story = Story(replace(plan(tier=Tier.SUPERVISE, holder="office"), rules=None))
    story.do("sign", NINE, by=CLERK)
    story.do("commit", TEN, by=CLERK)
    story.do(PASSED, TEN, by=OFFICE_LEADER)

    assert story.part("commitment-1").state is PartState.DONE
