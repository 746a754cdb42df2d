"""What a citizen says after the complaint: more, a reminder (过程催办), how content they are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.citizen.acts import PassOn, Rate, Supplement
from domain.case.citizen.facts import Rated, Supplemented
from domain.case.closing.facts import CalledBack, Closed, Reworked
from domain.case.cross_case_messages import cross_case_messages
from domain.case.joint_work.acts import Report
from domain.case.merging.acts import Join
from domain.case.parts.facts import PartOpened, PartState
from domain.case.penalties.acts import PenaltyStep
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.requests.facts import Reopened
from domain.case.supervision.facts import ReportedUp
from domain.policy.part_rules import PartKind, PartRule
from domain.sla.clocks import due
from domain.vocabulary import RATINGS, Callback, Role, Stage, Tier
from tests.acts import OTHER_CASE, advanced
from tests.builders import ACTORS, ORDER, PHOTO, case_at, complaint, give, plan
from tests.town import OPENED, PART_RULES, at, hours
from tests.unit.rows.story import Story, kinds, only

NINE = at("2026-07-01 09:00")
TEN = at("2026-07-01 10:00")
REMINDER = Supplement(text="Where does it stay?", reminder=True)
CITIZEN, HOTLINE = ACTORS[Role.REPORTER], ACTORS[Role.HOTLINE]
CONTENT = Rate(callback=Callback.SATISFIED, solved=True, note="Thanks.")
UNHAPPY = Rate(callback=Callback.UNSATISFIED, solved=False, note="They are back.")
OPEN_STAGES = [stage for stage in Stage if not stage.is_final]


def signed(tier: Tier = Tier.ASSIGN, parts: tuple[PartRule, ...] = PART_RULES) -> Story:
    story = Story(plan(tier=tier, parts=parts))
    story.do("sign", NINE)
    return story


def verified(tier: Tier = Tier.ASSIGN, parts: tuple[PartRule, ...] = PART_RULES) -> Story:
    story = signed(tier, parts)
    for kind in ("resolve", "verify"):
        story.do(kind, NINE)
    if tier is Tier.SUPERVISE:
        story.do("verify", NINE, by=ACTORS[Role.LEADER])
    return story


def closed(parts: tuple[PartRule, ...] = PART_RULES) -> Story:
    story = verified(parts=parts)
    story.do("close", NINE)
    return story


# --- More about the same matter.


@pytest.mark.parametrize("stage", [each for each in OPEN_STAGES if each is not Stage.REFUSED])
@pytest.mark.parametrize("reminder", [True, False])
def test_a_citizen_is_heard_whatever_the_stage_and_no_clock_of_the_case_moves(
    stage: Stage, reminder: bool
) -> None:
    case = case_at(stage)
    decision = give(case, Supplement(text="More.", evidence=(PHOTO,), reminder=reminder), TEN)
    after = decision.case

    said = Supplemented(text="More.", evidence=(PHOTO,), reminder=reminder)
    assert said == decision.events[0].fact
    assert case.stage == after.stage
    assert case.level == after.level
    assert int(reminder) == after.reminders
    for clock in case.clocks:
        assert clock == after.clock(clock.id)


def test_a_reminder_urges_the_holder_who_acknowledges_it_within_four_hours() -> None:
    story = signed()
    [_, opened] = story.do(REMINDER, NINE)

    assert isinstance(opened, PartOpened)
    assert PartKind.URGE == opened.what
    assert ("squad",) == opened.units
    assert at("2026-07-01 15:00") == story.due("urge-1")
    story.do(Report(part="urge-1", text="On Thursday."), TEN)
    assert PartState.DONE is story.part("urge-1").state
    assert Stage.SIGNED is story.case.stage


def test_a_reminder_while_one_is_unanswered_is_counted_and_urges_nobody_twice() -> None:
    story = signed()
    for _ in range(3):
        story.do(REMINDER, TEN)

    assert 3 == story.case.reminders
    assert 1 == len(story.case.parts)
    story.do(Report(part="urge-1", text="On Thursday."), TEN)
    story.do(REMINDER, TEN)
    assert 4 == story.case.reminders
    assert 2 == len(story.case.parts)


def test_reminders_never_fail_however_few_urges_the_policy_allows() -> None:
    once = tuple(replace(r, limit=1) if r.kind is PartKind.URGE else r for r in PART_RULES)
    story = signed(parts=once)
    story.do(REMINDER, NINE)
    story.do(Report(part="urge-1", text="On Thursday."), NINE)

    assert ["supplemented"] == kinds(story.do(REMINDER, TEN))
    assert 2 == story.case.reminders


def test_a_reminder_of_a_suspended_case_urges_nobody() -> None:
    story = signed()
    story.do("suspend", NINE)

    assert ["supplemented"] == kinds(story.do(REMINDER, TEN))


def test_the_platform_may_pass_on_what_a_citizen_said_and_the_holder_may_not_invent_it() -> None:
    story = signed()
    story.do("supplement", TEN, by=ACTORS[Role.DISPATCHER])

    assert Refusal.WRONG_ROLE is story.refused("supplement", TEN, by=ACTORS[Role.HANDLER])[0]


def test_what_is_said_to_a_merged_case_is_told_to_the_case_it_follows() -> None:
    merged = give(case_at(Stage.MERGED), replace(REMINDER, evidence=(PHOTO,)), TEN)
    told = [each for event in merged.events for each in cross_case_messages(merged.case, event)]
    passed = PassOn(case=merged.case.case_id, text=REMINDER.text, evidence=(PHOTO,), reminder=True)

    assert [(OTHER_CASE, passed)] == told

    main = signed()
    main.do(Join(case=passed.case), NINE)
    [said, urged] = main.do(passed, TEN)
    assert said == Supplemented(
        text=REMINDER.text, evidence=(PHOTO,), reminder=True, of=passed.case
    )
    assert isinstance(urged, PartOpened)
    assert 1 == main.case.reminders


def test_what_is_said_to_a_case_that_goes_its_own_way_is_told_to_no_other() -> None:
    case = give(case_at(Stage.MERGED), "unmerge", NINE).case
    decision = give(case, REMINDER, TEN)

    assert [] == [
        each for event in decision.events for each in cross_case_messages(decision.case, event)
    ]
    main = signed()
    assert Refusal.OTHER_CASE is main.refused(PassOn(case=case.case_id, text="More."), TEN)[0]


# --- How content the citizen is.


def test_asked_for_at_the_call_a_rating_is_its_answer() -> None:
    rated, called = verified(), verified()

    assert [Closed(callback=Callback.SATISFIED, solved=True, note="Thanks.")] == rated.do(
        CONTENT, TEN
    )
    assert [CalledBack(callback=Callback.UNSATISFIED, solved=False, note=UNHAPPY.note)] == only(
        called.do(UNHAPPY, TEN), CalledBack
    )
    assert Stage.DISPATCHED == called.case.stage
    assert 1 == called.case.dissatisfied
    assert at("2026-07-06 10:00") == called.due("holder")  # three days anew, as after a call


def test_of_a_superiors_case_a_rating_is_reported_up() -> None:
    story = Story(plan(complaint(superior=ORDER)))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, NINE)
    [reported] = only(story.do(CONTENT, TEN), ReportedUp)

    assert reported.awaits is True
    assert Callback.SATISFIED == reported.callback
    assert reported.solved is True
    [rated] = story.do(UNHAPPY, TEN)
    assert Stage.REPORTED == story.case.stage
    assert getattr(rated, "final", None) is True


def test_while_the_leading_group_decides_a_rating_is_kept_and_decides_nothing() -> None:
    story = verified(Tier.SUPERVISE)
    story.do(UNHAPPY, TEN)
    facts = story.do(CONTENT, TEN)

    assert [Rated(callback=Callback.SATISFIED, solved=True, note="Thanks.")] == facts
    assert PartState.OPEN is story.part("dissatisfaction-1").state


@pytest.mark.parametrize("stage", sorted({*OPEN_STAGES} - {Stage.VERIFIED, Stage.CLOSED}))
def test_before_the_work_is_done_a_rating_is_kept_and_changes_nothing(stage: Stage) -> None:
    case = case_at(stage)
    for rating in RATINGS:
        decision = give(case, Rate(callback=rating), TEN)

        done = stage in {Stage.RESOLVED, Stage.REPORTED}
        assert [Rated(callback=rating, final=done)] == [event.fact for event in decision.events]
        after = decision.case
        assert case == replace(after, seq=case.seq, answered=case.answered, own_word=None)
        kept = done or rating is Callback.UNSATISFIED
        assert after.own_word == (rating if kept else None)


def test_a_closed_case_keeps_a_final_rating_apart_from_the_first() -> None:
    story = closed()

    assert [Rated(callback=Callback.SATISFIED, solved=True, note="Thanks.", final=True)] == (
        story.do(CONTENT, at("2026-07-02 09:00"))
    )
    assert Stage.CLOSED is story.case.stage


def test_not_satisfied_with_a_closed_case_asks_to_reopen_it_once() -> None:
    twice = tuple(replace(r, limit=2) if r.kind is PartKind.REOPENING else r for r in PART_RULES)
    story = closed(twice)
    [rated, asked] = story.do(UNHAPPY, at("2026-07-02 09:00"))

    assert Rated(callback=Callback.UNSATISFIED, solved=False, note=UNHAPPY.note, final=True) == (
        rated
    )
    assert isinstance(asked, PartOpened)
    assert UNHAPPY.note == getattr(asked.terms, "reason", None)
    assert ["rated"] == kinds(story.do(UNHAPPY, at("2026-07-02 09:30")))  # asked already
    yes = Answer(part="reopening-1", granted=True, reason="So they are.")
    facts = story.do(yes, at("2026-07-02 10:00"), by=ACTORS[Role.SUPERVISOR])
    assert 1 == len(only(facts, Reopened))


def test_not_satisfied_where_the_policy_reopens_nothing_is_kept_and_no_more() -> None:
    never = tuple(rule for rule in PART_RULES if rule.kind is not PartKind.REOPENING)
    story = closed(never)

    assert ["rated"] == kinds(story.do(UNHAPPY, at("2026-07-02 09:00")))


def test_not_satisfied_after_the_window_is_kept_and_no_more() -> None:
    """A penalty keeps the case from its archive, not the window open."""
    story = signed()
    story.do("file_penalty", NINE)
    for kind in ("resolve", "verify", "close"):
        story.do(kind, NINE)
    ends = NINE + timedelta(days=30)

    assert ["rated"] == kinds(story.do(UNHAPPY, ends + timedelta(seconds=1)))
    assert ["rated", "part_opened"] == kinds(story.do(UNHAPPY, ends))
    step = advanced(PenaltyStep.INVESTIGATED)
    story.do(step, ends)  # it goes on


@pytest.mark.parametrize("said", sorted({*Callback} - {*RATINGS}))
def test_a_citizen_says_only_how_content_they_are(said: Callback) -> None:
    for story in (signed(), verified(), closed()):
        code, why = story.refused(Rate(callback=said), TEN, by=CITIZEN)

        assert Refusal.WRONG_ROLE is code
        assert "satisfied, basically_satisfied, unsatisfied" in why


def test_a_hotline_says_what_came_of_a_call_only_when_one_is_due() -> None:
    missed = Rate(callback=Callback.NOT_REACHED)
    code, why = signed().refused(missed, TEN, by=HOTLINE)

    assert Refusal.WRONG_STAGE == code
    assert "none is due; this is signed" in why
    story = verified()
    assert ["called_back"] == kinds(story.do(missed, TEN, by=HOTLINE))
    ruling = Rate(callback=Callback.EXPLAINED)
    assert Refusal.WRONG_ROLE is story.refused(ruling, TEN, by=HOTLINE)[0]


def test_a_citizen_who_is_not_satisfied_twice_is_heard_one_tier_up() -> None:
    story = verified()
    [_, reworked] = story.do(UNHAPPY, TEN)
    assert isinstance(reworked, Reworked)
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, TEN)
    story.do(UNHAPPY, OPENED + hours(5))

    assert Tier.SUPERVISE is story.case.tier
    assert due(story.clock("holder"), story.case.plan.calendar) is not None
