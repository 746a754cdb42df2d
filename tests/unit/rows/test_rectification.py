"""Rows 21 to 25: interview, commitment, rectification, re-inspection."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.case.escalation.facts import DeadlineMissed
from domain.case.events import Fact
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import Hold, Report
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.rectification.acts import Serve
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, DeclineFiling
from domain.case.supervision.acts import NoShow, Summon
from domain.case.supervision.facts import ReportedUp
from domain.case.tiers.facts import TierRaised
from domain.vocabulary import NoFiling, Role, Stage, Tier
from tests.acts import AUGUST, MINUTES, RECEIPT, SCAN
from tests.builders import ACTORS, PHOTO, plan
from tests.town import at
from tests.unit.rows.story import Story, kinds, only

SUPERVISOR = ACTORS[Role.SUPERVISOR]
LOOKED = replace(PHOTO, sha256="7" * 64)
EMPTY = replace(PHOTO, sha256="8" * 64)
GOOD = Check(part="rectification-1", passed=True, note="It is.", evidence=(LOOKED,))
BAD = Check(part="rectification-1", passed=False, note="Not at all.", evidence=(LOOKED,))


def _minute(moment: datetime | None) -> datetime | None:
    """The engine wakes a millisecond after a moment; whatever begins then is that much later."""
    return moment and moment.replace(second=0, microsecond=0)


def signed(tier: Tier = Tier.ASSIGN) -> Story:
    story = Story(plan(tier=tier))
    story.do("sign", at("2026-07-01 09:00"))
    return story


def served(tier: Tier = Tier.ASSIGN) -> Story:
    story = signed(tier)
    story.do("order_rectification", at("2026-07-01 09:00"))
    story.do("serve", at("2026-07-01 10:00"))
    return story


def test_row_21_no_file_path_ends_with_interview_commitment_and_rectification() -> None:
    story = signed(Tier.SUPERVISE)
    declined = DeclineFiling(because=NoFiling.MINOR_AND_CORRECTED, note="At once.")
    story.do(declined, at("2026-07-01 09:10"))
    summoned = Summon(whom="the owner", at=at("2026-07-01 09:30"), about="The stalls")
    story.do(summoned, at("2026-07-01 09:20"), by=ACTORS[Role.HANDLER])
    held = Hold(part="interview-1", minutes="They will.", evidence=(MINUTES,), present=("squad",))
    story.do(held, at("2026-07-01 09:30"))
    story.do("commit", at("2026-07-01 09:40"))
    story.do("order_rectification", at("2026-07-01 09:50"))
    story.do("serve", at("2026-07-01 10:00"))
    code, words = story.refused("resolve", at("2026-07-02 10:00"))
    assert Refusal.PARTS_OPEN == code
    assert "commitment-1, rectification-1" in words
    verifier = ACTORS[Role.VERIFIER]
    for name in ("commitment-1", "rectification-1"):
        story.do(Report(part=name, text="Left."), at("2026-07-02 10:30"))
    story.do(GOOD, at("2026-07-02 11:00"), by=verifier)
    kept = Check(part="commitment-1", passed=True, note="Kept.", evidence=(EMPTY,))
    story.do(kept, at("2026-07-02 11:10"), by=verifier)
    reviewed = Answer(part="no_filing-1", granted=True, reason="No harm done.")
    story.do(reviewed, at("2026-07-02 11:15"), by=SUPERVISOR)
    story.do("resolve", at("2026-07-02 11:20"))

    assert Stage.RESOLVED is story.case.stage
    assert [] == [part.id for part in story.case.parts if part.kind == "penalty"]


def test_row_21_no_filing_is_reviewed_by_somebody_else() -> None:
    story = signed()
    story.do("decline_filing", at("2026-07-01 09:10"))

    assert at("2026-07-02 09:10") == story.due("no_filing-1")  # eight working hours
    refused = Answer(part="no_filing-1", granted=False, reason="There was harm.")
    assert Refusal.WRONG_ROLE is story.refused(refused, at("2026-07-01 10:00"))[0]  # a dispatcher
    story.do(refused, at("2026-07-01 10:00"), by=SUPERVISOR)
    assert PartState.REFUSED is story.part("no_filing-1").state


def test_row_22_interview_is_scheduled_notified_and_held_with_minutes() -> None:
    story = signed()
    story.do("summon", at("2026-07-01 09:00"), by=ACTORS[Role.HANDLER])
    assert at("2026-07-02 10:00") == story.due("interview-1")  # the appointed hour
    story.do(Serve(part="interview-1", evidence=(RECEIPT,)), at("2026-07-01 10:00"))
    assert at("2026-07-02 10:00") == story.due("interview-1")
    held = Hold(
        part="interview-1", minutes="They will leave.", evidence=(MINUTES,), present=("squad",)
    )
    [fact] = story.do(held, at("2026-07-02 10:00"))

    assert isinstance(fact, PartMoved)
    assert PartState.DONE == fact.to
    assert held == fact.by


def test_row_22_interview_no_show_escalates_to_the_leading_group_and_then_above() -> None:
    story = signed()
    story.do("summon", at("2026-07-01 09:00"), by=ACTORS[Role.HANDLER])
    story.do(Serve(part="interview-1", evidence=(RECEIPT,)), at("2026-07-01 10:00"))
    facts = story.do("no_show", at("2026-07-02 11:00"))
    assert ["part_moved", "tier_raised", "dispatched"] == kinds(facts)
    assert Tier.SUPERVISE is story.case.tier

    again = Summon(whom="the owner", at=at("2026-07-06 10:00"), about="The stalls")
    story.do(again, at("2026-07-02 12:00"), by=SUPERVISOR)
    story.do(Serve(part="interview-2", evidence=(SCAN,)), at("2026-07-03 10:00"))
    missed = story.do(NoShow(part="interview-2"), at("2026-07-06 11:00"))
    assert ["part_moved", "reported_up"] == kinds(missed)
    assert [False] == [fact.awaits for fact in only(missed, ReportedUp)]


def test_row_23_commitment_comes_to_its_date_and_is_inspected() -> None:
    story = signed()
    story.do("commit", at("2026-07-01 09:00"))
    assert AUGUST == story.due("commitment-1")
    moves = only(story.wait(at("2026-08-03 08:01")), PartMoved)

    assert (
        PartMoved(
            part="commitment-1", to=PartState.INSPECTION, note="the time to put it right is over"
        )
        in moves
    )
    assert at("2026-08-05 08:00") == _minute(story.due("commitment-1"))  # two working days


def test_row_24_rectification_is_ordered_served_with_proof_and_due() -> None:
    story = signed()
    story.do("order_rectification", at("2026-07-01 09:00"))
    assert at("2026-07-02 09:00") == story.due("rectification-1")  # a working day to serve it
    code, _ = story.refused(Serve(part="rectification-1"), at("2026-07-01 10:00"))
    assert Refusal.MISSING_EVIDENCE is code
    story.do(Serve(part="rectification-1", evidence=(SCAN,)), at("2026-07-01 10:00"))
    assert at("2026-07-08 10:00") == story.due("rectification-1")  # seven natural days
    facts = story.wait(at("2026-07-08 10:01"))

    assert PartState.INSPECTION is story.part("rectification-1").state
    assert [] == [f for f in only(facts, DeadlineMissed) if f.clock == "rectification-1"]
    # Sixteen working hours from Wednesday 10:00.
    assert at("2026-07-10 10:00") == _minute(story.due("rectification-1"))


def test_row_24_rectification_is_not_failed_before_its_time_is_over() -> None:
    story = served()
    code, words = story.refused(BAD, at("2026-07-03 10:00"), by=ACTORS[Role.VERIFIER])

    assert Refusal.WRONG_STEP == code
    assert "not over; inspect when it is" in words


def test_row_25_re_inspection_waits_for_its_time_or_for_the_report_that_it_is_put_right() -> None:
    story = served()
    story.do("commit", at("2026-07-01 10:00"))
    verifier = ACTORS[Role.VERIFIER]
    for name in ("rectification-1", "commitment-1"):
        early = replace(GOOD, part=name)
        code, words = story.refused(early, at("2026-07-01 11:00"), by=verifier)
        assert Refusal.WRONG_STEP is code
        assert f"{name} has time left, and nobody has reported it put right" in words
    story.do(Report(part="commitment-1", text="They left."), at("2026-07-01 11:10"))
    kept = replace(GOOD, part="commitment-1", evidence=(EMPTY,))
    story.do(kept, at("2026-07-01 11:20"), by=verifier)
    story.wait(at("2026-07-08 11:00"))
    story.do(GOOD, at("2026-07-08 11:00"), by=verifier)

    assert PartState.DONE is story.part("rectification-1").state
    assert PartState.DONE is story.part("commitment-1").state


@pytest.mark.parametrize("name", ["rectification-1", "commitment-1"])
def test_row_25_re_inspection_of_a_case_under_the_first_rules_may_be_early(name: str) -> None:
    story = Story(replace(plan(), rules=None))
    story.do("sign", at("2026-07-01 09:00"))
    for kind in ("order_rectification", "serve", "commit"):
        story.do(kind, at("2026-07-01 10:00"))
    story.do(replace(GOOD, part=name), at("2026-07-01 11:00"), by=ACTORS[Role.VERIFIER])

    assert PartState.DONE is story.part(name).state


def test_row_25_re_inspection_is_by_another_with_a_picture() -> None:
    story = served()
    # Whoever ordered it was the supervisor, so the supervisor does not inspect.
    story.do(Report(part="rectification-1", text="Cleared."), at("2026-07-03 10:00"))
    assert at("2026-07-07 10:00") == story.due("rectification-1")  # sixteen hours, no weekend
    same = story.refused(GOOD, at("2026-07-03 11:00"), by=SUPERVISOR)
    bare = Check(part="rectification-1", passed=True, note="It is.")
    bare_code, _ = story.refused(bare, at("2026-07-03 11:00"), by=ACTORS[Role.VERIFIER])

    assert Refusal.SAME_PERSON == same[0]
    assert Refusal.MISSING_EVIDENCE == bare_code
    [fact] = story.do(GOOD, at("2026-07-03 11:30"), by=ACTORS[Role.VERIFIER])
    assert isinstance(fact, PartMoved)
    assert PartState.DONE is fact.to


def test_row_25_re_inspection_failed_gives_one_more_chance_and_then_escalates() -> None:
    story = served()
    verifier = ACTORS[Role.VERIFIER]
    story.do(Report(part="rectification-1", text="Cleared."), at("2026-07-02 10:00"))
    story.do(BAD, at("2026-07-02 11:00"), by=verifier)
    assert PartState.SERVED is story.part("rectification-1").state
    assert at("2026-07-09 11:00") == story.due("rectification-1")
    story.do(Report(part="rectification-1", text="Now."), at("2026-07-03 10:00"))
    facts = story.do(BAD, at("2026-07-03 11:00"), by=verifier)

    assert ["part_moved", "tier_raised", "dispatched"] == kinds(facts)
    assert [Tier.SUPERVISE] == [fact.to for fact in only(facts, TierRaised)]
    assert not story.part("rectification-1").is_open


def test_row_25_re_inspection_failed_under_supervision_is_urged_in_writing() -> None:
    story = served(Tier.SUPERVISE)
    facts: list[Fact] = []
    for day in (2, 3):
        story.do(Report(part="rectification-1", text="Done."), at(f"2026-07-0{day} 10:00"))
        facts = story.do(BAD, at(f"2026-07-0{day} 11:00"), by=ACTORS[Role.VERIFIER])

    assert ["letter"] == [fact.what for fact in only(facts, PartOpened)]
