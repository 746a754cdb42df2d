"""What a rule says, also where somebody looks for a way round it."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Close
from domain.case.closing.facts import Closed
from domain.case.dispatch.acts import Dispatch
from domain.case.dispatch.facts import Dispatched
from domain.case.escalation.facts import DeadlineMissed
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import Hold, Report
from domain.case.merging.acts import Follow
from domain.case.part import Part
from domain.case.parts.facts import PartMoved, PartState
from domain.case.penalties.acts import PenaltyStep
from domain.case.rectification.acts import OrderRectification, Serve
from domain.case.refusals import Refusal
from domain.case.registration.acts import Settle
from domain.case.requests.acts import Answer
from domain.case.supervision.facts import ReportedUp
from domain.case.suspension.acts import Suspend
from domain.complaints import SuperiorOrder
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.sla.clocks import Cause
from domain.vocabulary import Callback as Said
from domain.vocabulary import Role, Stage, Tier
from tests.acts import MINUTES, OTHER_CASE, advanced
from tests.builders import ACTORS, LOOKUP, PHOTO, complaint, give, plan
from tests.town import at, hours
from tests.unit.rows.story import Story, kinds, only
from tests.unit.rows.test_kept_lateness import QUIET

SUPERVISOR = ACTORS[Role.SUPERVISOR]
NINE = at("2026-07-01 09:00")


def signed(tier: Tier = Tier.ASSIGN) -> Story:
    story = Story(plan(tier=tier))
    story.do("sign", NINE)
    return story


def test_a_letter_is_asked_of_nobody_once_the_case_is_with_another_unit() -> None:
    """The new holder would else be interviewed for what the old one did not answer."""
    story = signed()
    story.do("issue_letter", at("2026-07-01 10:00"))
    story.do("return", at("2026-07-01 10:30"))
    answer = story.case.open_parts()[-1].id
    granted = Answer(part=answer, granted=True, reason="Not theirs.", unit="water")
    facts = story.do(granted, at("2026-07-01 11:00"))
    [dispatched] = only(facts, Dispatched)

    assert "water" == dispatched.unit
    assert PartState.LAPSED is story.part("letter-1").state
    assert "tier_raised" not in kinds(story.wait(at("2026-07-02 18:00")))


def test_the_days_of_a_penalty_run_while_the_case_is_suspended_or_merged() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    by_law = story.due("penalty-1")
    story.do(
        Suspend(reason="Frost.", measures="A fence.", until=at("2026-07-20 08:00")),
        at("2026-07-01 11:00"),
    )
    suspended = story.due("penalty-1")
    story.do("resume", at("2026-07-02 11:00"))
    story.do("merge", at("2026-07-02 12:00"))

    assert by_law is not None
    assert [by_law, by_law] == [suspended, story.due("penalty-1")]
    assert () == story.clock("penalty-1").pauses


def test_a_merged_case_that_ends_with_the_other_has_been_late_all_the_same() -> None:
    story = signed()
    promised = story.due(CITIZEN)
    assert promised is not None
    story.do("merge", at("2026-07-02 12:00"))
    end = Follow(case=OTHER_CASE, stage=Stage.CLOSED, result="Gone.")
    facts = story.do(end, promised + hours(5))

    missed = only(facts, DeadlineMissed)
    assert ["deadline_missed", "deadline_missed", "closed"] == kinds(facts)
    assert [CITIZEN, HOLDER] == [fact.clock for fact in missed]
    assert promised == missed[0].due_at


def test_an_exemption_is_asked_for_within_forty_working_hours() -> None:
    story = Story(plan(ladders=QUIET))
    story.do("sign", at("2026-07-01 09:00"))
    story.wait(at("2026-07-08 09:00"))
    for kind, hour in (("resolve", 10), ("verify", 11), ("close", 12)):
        story.do(kind, at(f"2026-07-08 {hour}:00"))
    code, _ = story.refused("ask_exemption", at("2026-07-15 14:01"))
    story.do("ask_exemption", at("2026-07-15 11:59"))

    assert Refusal.TOO_LATE is code


@pytest.mark.parametrize("rules", [2, 3])
def test_an_exemption_is_asked_for_only_where_a_promise_was_missed(rules: int) -> None:
    story = Story(replace(plan(ladders=QUIET), rules=rules))
    story.do("sign", at("2026-07-01 09:00"))
    story.wait(at("2026-07-03 09:00"))  # the first response is late, and no promise is
    for kind, hour in (("resolve", 10), ("verify", 11), ("close", 12)):
        story.do(kind, at(f"2026-07-03 {hour}:00"))
    if rules == 2:
        story.do("ask_exemption", at("2026-07-03 14:00"))
        return
    code, words = story.refused("ask_exemption", at("2026-07-03 14:00"))

    assert Refusal.WRONG_STEP is code
    assert "nothing is left to exempt" in words


def test_what_settled_a_case_at_the_desk_is_journaled_with_its_evidence() -> None:
    story = Story(replace(plan(holder=None, callback=False), consult=True))
    facts = story.do(Settle(result="Answered.", evidence=(PHOTO,)), at("2026-07-01 09:00"))

    assert [(PHOTO,)] == [closed.evidence for closed in only(facts, Closed)]


def test_what_a_superior_has_issued_is_refused_only_if_the_superior_agrees() -> None:
    order = SuperiorOrder("1", "city")
    story = Story(plan(complaint(category=None, superior=order), holder=None))
    [reported] = only(story.do("refuse", at("2026-07-01 09:00")), ReportedUp)
    waiting = story.case.stage
    story.do("send_back", at("2026-07-01 10:00"))

    assert "city" == reported.to
    assert "statutory_channel" in reported.note
    assert reported.awaits
    assert Stage.REPORTED is waiting
    assert Stage.TRIAGED is story.case.stage


def test_whoever_reports_it_put_right_does_not_inspect_it() -> None:
    story = signed()
    handler = ACTORS[Role.HANDLER]
    order = OrderRectification(whom="The owner.", items=("Remove it.",))
    story.do(order, at("2026-07-01 10:00"), by=SUPERVISOR)
    served = Serve(part="rectification-1", evidence=(PHOTO,))
    story.do(served, at("2026-07-01 11:00"), by=SUPERVISOR)
    ready = Report(part="rectification-1", text="Removed.")
    story.do(ready, at("2026-07-02 11:00"), by=handler)
    look = Check(part="rectification-1", passed=True, note="Gone.", evidence=(PHOTO,))
    code, words = story.refused(look, at("2026-07-02 12:00"), by=handler)

    assert Refusal.SAME_PERSON is code
    assert handler.id in words


def test_a_reported_task_is_not_late_while_others_look() -> None:
    story = signed()
    story.do("give_task", at("2026-07-01 10:00"))
    unit = story.part("task-1").units[0]
    reporter = replace(ACTORS[Role.HANDLER], id="chen", unit=unit)
    done = Report(part="task-1", text="Done.", evidence=(PHOTO,))
    story.do(done, at("2026-07-01 11:00"), by=reporter)
    late = only(story.wait(at("2026-07-20 09:00")), DeadlineMissed)

    assert "first" in [fact.clock for fact in late]
    assert "task-1" not in [fact.clock for fact in late]


def test_what_is_open_when_a_case_ends_is_journaled_as_lapsed() -> None:
    story = signed()
    story.do("urge", at("2026-07-01 10:00"))
    story.do("withdraw", at("2026-07-01 11:00"))
    agreed = Answer(part="withdrawal-1", granted=True, reason="He said so.")
    facts = story.do(agreed, at("2026-07-01 11:00"), by=SUPERVISOR)
    moves = [(f.part, f.to) for f in only(facts, PartMoved)]

    assert [("withdrawal-1", PartState.GRANTED), ("urge-1", PartState.LAPSED)] == moves
    assert ["part_moved", "part_moved", "withdrawn"] == kinds(facts)


@pytest.mark.parametrize("kind", sorted(set(PartKind) - {PartKind.INQUIRY, PartKind.PENALTY}))
def test_whatever_is_open_lapses_by_a_row_when_the_case_ends(kind: PartKind) -> None:
    """Whichever act ends it: no part, and no clock of one, is left behind."""
    story = signed()
    story.do("file_penalty", NINE)
    case = story.case
    left = Part("left-1", kind, PartState.OPEN, SUPERVISOR)
    clock = replace(story.clock("penalty-1"), id="left-1")
    clocks = tuple(each for each in case.clocks if each.id != "penalty-1")
    case = replace(case, parts=(left,), clocks=(*clocks, clock), signed_once=False)
    ended = give(case, "withdraw", at("2026-07-01 10:00")).case

    assert [] == [part.id for part in ended.open_parts()]
    assert "left-1" not in {clock.id for clock in ended.clocks}


def test_what_was_asked_waits_while_the_case_goes_the_way_of_another() -> None:
    """Granted meanwhile, a return left it triaged with clocks that stood still for ever. From rules
    3 on it is answered before the case is merged.
    """
    story = Story(replace(plan(), rules=2))
    story.do("return", NINE)
    story.do("merge", at("2026-07-01 09:10"))
    granted = Answer(part="return-1", granted=True, reason="The bank is theirs.", unit="water")
    assert Refusal.WRONG_STAGE is story.refused(granted, at("2026-07-01 09:20"))[0]
    story.do("unmerge", at("2026-07-01 11:10"))

    assert at("2026-07-01 17:00") == story.due("return-1")  # four hours, two of which it waited
    story.do(granted, at("2026-07-01 11:30"))
    assert (Tier.ASSIGN, Stage.DISPATCHED, "water") == story.where


def test_solved_is_another_question_than_satisfied() -> None:
    story = signed()
    story.do("resolve", at("2026-07-01 10:00"))
    story.do("verify", at("2026-07-01 11:00"))
    said = Close(callback=Said.BASICALLY_SATISFIED, solved=False, note="Comes back at night.")
    [closed] = only(story.do(said, at("2026-07-01 12:00")), Closed)

    assert Said.BASICALLY_SATISFIED == closed.callback
    assert closed.solved is False


def test_a_dispatch_to_the_same_unit_leaves_its_letter_open() -> None:
    story = signed()
    story.do("issue_letter", at("2026-07-01 10:00"))
    story.do("return", at("2026-07-01 10:30"))
    part = story.case.open_parts()[-1].id
    story.do(Answer(part=part, granted=True, reason="By the list."), at("2026-07-01 11:00"))
    story.do(Dispatch(unit="squad"), at("2026-07-01 11:30"), lookup=LOOKUP)

    assert story.part("letter-1").is_open
    assert Cause.RETURNED in {pause.cause for pause in story.clock("holder").pauses}


def test_an_interview_decides_nothing_and_designates_nobody() -> None:
    story = signed()
    story.do("summon", at("2026-07-01 09:10"), by=ACTORS[Role.HANDLER])
    held = Hold(
        part="interview-1",
        minutes="They will.",
        evidence=(MINUTES,),
        present=("squad",),
        lead="squad",
    )
    code, words = story.refused(held, at("2026-07-02 10:00"))
    story.do(replace(held, lead=None), at("2026-07-02 10:00"))

    assert Refusal.WRONG_STEP is code
    assert "conference" in words
    assert not story.case.designated


def test_a_penalty_goes_on_while_the_case_is_suspended() -> None:
    story = signed()
    story.do("file_penalty", at("2026-07-01 10:00"))
    story.do(
        Suspend(reason="Frost.", measures="A fence.", until=at("2026-07-20 08:00")),
        at("2026-07-01 11:00"),
    )
    step = advanced(PenaltyStep.INVESTIGATED)
    facts = story.do(step, at("2026-07-02 10:00"))

    assert ["part_moved"] == kinds(facts)


def test_a_supervised_case_is_due_two_working_days_before_the_superior_wants_to_hear() -> None:
    order = SuperiorOrder("1", "city", due_at=at("2026-07-08 12:00"), supervised=True)
    pinned = plan(complaint(superior=order), tier=Tier.SUPERVISE)
    story = Story(replace(pinned, reserve=hours(16)))
    soon = SuperiorOrder("2", "city", due_at=at("2026-07-01 17:00"), supervised=True)
    pressed = plan(complaint(superior=soon), tier=Tier.SUPERVISE)
    hurried = Story(replace(pressed, reserve=hours(16)))

    assert at("2026-07-06 14:00") == story.due("holder")
    assert at("2026-07-08 12:00") == story.due(CITIZEN)
    assert at("2026-07-01 17:00") == hurried.due("holder")  # no time to keep any back
