"""Rows 19 to 25: interview, commitment, rectification, re-inspection, the way to a penalty."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.case.escalation.facts import DeadlineMissed
from domain.case.events import Fact
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import Hold, Report
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.penalties.acts import AdvancePenalty, FilePenalty, PenaltyStep
from domain.case.rectification.acts import Serve
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, DeclineFiling
from domain.case.supervision.acts import NoShow, Summon
from domain.case.supervision.facts import ReportedUp
from domain.case.tiers.facts import TierRaised
from domain.vocabulary import NoFiling, Role, Stage, Tier
from tests.acts import AUGUST, SCAN
from tests.builders import ACTORS, PHOTO, plan
from tests.town import at
from tests.unit.rows.story import Story, kinds, only

SUPERVISOR = ACTORS[Role.SUPERVISOR]
GOOD = Check(part="rectification-1", passed=True, note="It is.", evidence=(PHOTO,))
BAD = Check(part="rectification-1", passed=False, note="Not at all.", evidence=(PHOTO,))


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


def test_row_20_penalty_case_link_needs_two_regular_officers_and_a_number() -> None:
    story = signed()
    alone = FilePenalty(number="2026-17", officers=("li", "xu"), basis="Art. 12")
    code, words = story.refused(alone, at("2026-07-01 10:00"))

    assert Refusal.TWO_OFFICERS == code
    assert "named: li, xu, regular: 1" in words
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

    decided = AdvancePenalty(part="penalty-1", step=PenaltyStep.DECIDED, amount_yuan=2_000)
    story.do(decided, at("2026-08-17 08:00"))
    back = AdvancePenalty(part="penalty-1", step=PenaltyStep.REVIEWED)
    assert (Refusal.WRONG_STEP, "penalty-1 is decided; next is served") == story.refused(
        back, at("2026-08-17 09:00")
    )
    assert at("2026-08-25 18:00") == story.due("penalty-1")  # seven working days to serve it
    story.do(AdvancePenalty(part="penalty-1", step=PenaltyStep.SERVED), at("2026-08-18 08:00"))
    assert at("2026-11-16 08:00") == story.due("penalty-1")  # three months, then the court
    assert only(story.wait(at("2026-09-01 08:00")), DeadlineMissed) == []
    executed = AdvancePenalty(part="penalty-1", step=PenaltyStep.EXECUTED)
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
    amount = yuan if step is PenaltyStep.DECIDED else None
    return AdvancePenalty(part="penalty-1", step=step, amount_yuan=amount)


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
        story.do(_step(step), at("2026-07-01 11:00"))
    for later in steps[place + 1 :]:
        if without is PenaltyStep.REVIEWED and later is PenaltyStep.NOTIFIED:
            continue
        assert Refusal.WRONG_STEP is story.refused(_step(later), at("2026-07-01 11:30"))[0]
    story.do(_step(without), at("2026-07-01 12:00"))


def test_row_20_penalty_case_link_may_go_without_legal_review_and_end_in_court() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    for step in (*(s for s in _LAWFUL if s is not PenaltyStep.REVIEWED), PenaltyStep.TO_COURT):
        story.do(_step(step), at("2026-07-01 11:00"))

    assert PartState.DONE is story.part("penalty-1").state


def test_row_20_penalty_case_link_decides_on_the_spot_only_up_to_3000_yuan() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    code, words = story.refused(_step(PenaltyStep.DECIDED, 3_001), at("2026-07-01 11:00"))
    assert Refusal.WRONG_STEP is code
    assert "filed; next is investigated or dismissed" in words
    negative = _step(PenaltyStep.DECIDED, -1)
    assert Refusal.TOO_MUCH is story.refused(negative, at("2026-07-01 11:00"))[0]
    story.do(_step(PenaltyStep.DECIDED, 3_000), at("2026-07-01 11:00"))

    assert PartState.DECIDED is story.part("penalty-1").state


def test_row_20_penalty_case_link_is_not_dismissed_after_its_decision() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    story.do(_step(PenaltyStep.DECIDED, 200), at("2026-07-01 11:00"))

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


def test_row_21_no_file_path_ends_with_interview_commitment_and_rectification() -> None:
    story = signed(Tier.SUPERVISE)
    declined = DeclineFiling(because=NoFiling.MINOR_AND_CORRECTED, note="At once.")
    story.do(declined, at("2026-07-01 09:10"))
    summoned = Summon(whom="the owner", at=at("2026-07-01 09:30"), about="The stalls")
    story.do(summoned, at("2026-07-01 09:20"))
    held = Hold(part="interview-1", minutes="They will.", present=("squad",))
    story.do(held, at("2026-07-01 09:30"))
    story.do("commit", at("2026-07-01 09:40"))
    story.do("order_rectification", at("2026-07-01 09:50"))
    story.do("serve", at("2026-07-01 10:00"))
    code, words = story.refused("resolve", at("2026-07-02 10:00"))
    assert Refusal.PARTS_OPEN == code
    assert "commitment-1, rectification-1" in words
    verifier = ACTORS[Role.VERIFIER]
    story.do(GOOD, at("2026-07-02 11:00"), by=verifier)
    kept = Check(part="commitment-1", passed=True, note="Kept.", evidence=(PHOTO,))
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
    story.do("summon", at("2026-07-01 09:00"))
    assert at("2026-07-02 10:00") == story.due("interview-1")  # the appointed hour
    story.do(Serve(part="interview-1"), at("2026-07-01 10:00"))
    assert at("2026-07-02 10:00") == story.due("interview-1")
    held = Hold(part="interview-1", minutes="They will leave.", present=("squad",))
    [fact] = story.do(held, at("2026-07-02 10:00"))

    assert isinstance(fact, PartMoved)
    assert PartState.DONE == fact.to
    assert held == fact.by


def test_row_22_interview_no_show_escalates_to_the_leading_group_and_then_above() -> None:
    story = signed()
    story.do("summon", at("2026-07-01 09:00"))
    facts = story.do("no_show", at("2026-07-02 11:00"))
    assert ["part_moved", "tier_raised", "dispatched"] == kinds(facts)
    assert Tier.SUPERVISE is story.case.tier

    again = Summon(whom="the owner", at=at("2026-07-06 10:00"), about="The stalls")
    story.do(again, at("2026-07-02 12:00"), by=SUPERVISOR)
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
