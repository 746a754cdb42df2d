"""A holder who has done its part is not missed while the verifier, the superior or the citizen has
the turn; the superior's own date presses the one who has it.
"""

from dataclasses import replace

from domain.case.closing.acts import SendBack, Verify, WriteOff
from domain.case.dispatch.facts import Returned
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.events import Fact
from domain.case.merging.acts import Follow
from domain.case.parts.facts import PartState
from domain.case.requests.acts import Answer
from domain.case.supervision.facts import Circulated
from domain.complaints import SuperiorOrder
from domain.planning.plans import RULES, CasePlan, ClockSpec
from domain.reporting.indicators import case_figures
from domain.reporting.periods import Period
from domain.sla.case_clocks import CITIZEN, HOLDER, SUPERIOR
from domain.sla.clocks import Measure
from domain.sla.explanations import explain
from domain.sla.ladders import Action
from domain.vocabulary import Role, Stage, Tier
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, complaint, plan
from tests.town import FIVE_LEVELS, PLATFORM_LADDER, TO_OFFICE, at, hours, ladder, rung
from tests.unit.rows.story import Story, only

YEAR = Period(at("2026-01-01 00:00"), at("2027-01-01 00:00"))
DUE_AT = at("2026-07-06 12:00")
ORDER = SuperiorOrder("2026-13", "city", due_at=DUE_AT)
PRESSING = ladder(
    "citizen",
    rung("red", 2, share=100),
    rung("circulate", 4, Action.CIRCULATE, after=hours(24)),
)
REMINDING = ladder("reminding", rung("due", 0, share=100, tell=TO_OFFICE))


def ordered(order: SuperiorOrder = ORDER, *, rules: int | None = RULES) -> CasePlan:
    """A superior's case; the superior has two working days to write it off."""
    pinned = plan(
        complaint(superior=order),
        ladders=(PRESSING, PLATFORM_LADDER, FIVE_LEVELS, REMINDING),
        callback=False,
    )
    spec = ClockSpec(SUPERIOR, hours(16), Measure.WORKING, REMINDING.id)
    levels = tuple(
        replace(level, clocks=(*(c for c in level.clocks if c.clock != SUPERIOR), spec))
        for level in pinned.levels
    )
    return replace(pinned, levels=levels, rules=rules)


def resolved(pinned: CasePlan | None = None) -> Story:
    story = Story(pinned or ordered())
    for kind in ("sign", "progress", "resolve"):
        story.do(kind, at("2026-07-01 10:00"))
    return story


def reported(pinned: CasePlan | None = None) -> Story:
    story = resolved(pinned)
    story.do("verify", at("2026-07-01 14:00"))
    assert Stage.REPORTED is story.case.stage
    return story


def missed(story: Story) -> list[str]:
    facts = [event.fact for event in story.events]
    return [fact.clock for fact in only(facts, DeadlineMissed)]


def fired(facts: list[Fact]) -> list[tuple[str, str]]:
    return [(fact.clock, fact.rung) for fact in only(facts, RungReached)]


def arrived_late(rules: int) -> list[DeadlineMissed]:
    """Return the misses of a unit that got a case whose superior's date was over."""
    order = replace(ORDER, due_at=at("2026-06-30 12:00"))
    story = Story(ordered(order, rules=rules))
    story.wait(at("2026-07-01 17:00"))
    facts = [event.fact for event in story.events]
    return [fact for fact in only(facts, DeadlineMissed) if fact.clock == HOLDER]


def test_a_superiors_date_that_was_over_at_dispatch_is_no_miss_of_the_unit() -> None:
    [missed_at] = arrived_late(RULES)

    assert missed_at.units == ("platform",)


def test_a_case_of_an_earlier_release_books_such_a_date_on_the_unit() -> None:
    [missed_at] = arrived_late(2)

    assert missed_at.units == ("squad",)


def test_a_superior_that_writes_off_late_makes_no_town_late() -> None:
    story = reported()
    facts = story.wait(at("2026-07-20 18:00"))
    story.do(WriteOff(note="Well done."), at("2026-07-20 18:00"))
    figures = case_figures(story.events, YEAR)

    assert [SUPERIOR] == missed(story)
    assert [] == only(facts, Circulated)
    assert figures is not None
    assert 0 == figures.closing.late
    assert 1 == figures.closing.in_time


def test_the_promise_of_a_case_reopened_after_its_superior_wrote_it_off_runs() -> None:
    story = reported()
    story.do(WriteOff(note="Well done."), at("2026-07-02 10:00"))
    story.do("ask_reopening", at("2026-07-02 11:00"))
    yes = Answer(part="reopening-1", granted=True, reason="It is back.")
    story.do(yes, at("2026-07-02 14:00"), by=ACTORS[Role.SUPERVISOR])

    assert not story.clock(CITIZEN).is_paused


def test_the_superior_is_reminded_by_a_clock_of_its_own() -> None:
    story = reported()
    assert at("2026-07-03 12:00") == story.due(SUPERIOR)
    facts = story.wait(at("2026-07-03 12:01"))

    assert [(SUPERIOR, "due")] == fired(facts)
    assert 0 == story.case.level


def test_the_superiors_own_date_is_its_deadline_where_that_comes_first() -> None:
    story = reported(ordered(replace(ORDER, due_at=at("2026-07-02 12:00"))))

    assert at("2026-07-02 12:00") == story.due(SUPERIOR)


def test_a_date_that_was_past_when_it_was_reported_leaves_the_superior_its_own_time() -> None:
    story = resolved()
    story.do("verify", at("2026-07-06 14:00"))

    assert at("2026-07-08 12:00") == story.due(SUPERIOR)


def test_a_case_that_is_sent_back_gives_the_holder_what_it_had_left_until_the_cap() -> None:
    story = reported()
    story.wait(at("2026-07-08 10:00"))
    story.do(SendBack(reason="No photos."), at("2026-07-08 10:00"))

    # Done at 10:00 on 1 July: from there, 26 hours were left until noon of the 6th.
    assert at("2026-07-13 12:00") == story.due(HOLDER)
    assert not story.clock(HOLDER).missed


def test_the_superiors_date_stays_absolute_and_presses_again_when_the_case_comes_back() -> None:
    story = reported()
    story.wait(at("2026-07-08 10:00"))
    story.do(SendBack(reason="No photos."), at("2026-07-08 10:00"))
    facts = story.wait(at("2026-07-08 10:01"))

    assert DUE_AT == story.due(CITIZEN)
    assert DeadlineMissed(clock=CITIZEN, due_at=DUE_AT, units=("platform",)) in facts
    # What comes after the deadline counts from now on: the town had not had the case.
    assert [(CITIZEN, "red")] == fired(facts)
    assert not story.clock(SUPERIOR).is_running


def test_while_the_verifier_has_the_turn_the_date_presses_and_the_holder_is_not_missed() -> None:
    story = resolved()
    facts = story.wait(at("2026-07-06 12:01"))

    assert DeadlineMissed(clock=CITIZEN, due_at=DUE_AT, units=("platform",)) in facts
    assert HOLDER not in missed(story)


def test_work_that_fails_gives_the_holder_what_it_had_left_until_the_cap() -> None:
    story = resolved()
    story.do(Verify(passed=False, note="Still there."), at("2026-07-08 10:00"))

    assert at("2026-07-13 12:00") == story.due(HOLDER)
    assert at("2026-07-13 12:00") == explain(story.clock(HOLDER), story.case.plan.calendar).due_at


def test_a_cap_that_was_missed_before_stays_missed_whoever_has_the_turn() -> None:
    story = Story(ordered())
    for kind in ("sign", "progress"):
        story.do(kind, at("2026-07-01 10:00"))
    story.wait(at("2026-07-06 14:00"))
    story.do("resolve", at("2026-07-06 14:30"))

    assert DUE_AT == story.due(HOLDER)
    assert story.clock(HOLDER).missed


def test_what_is_done_at_the_very_instant_of_the_cap_is_in_time() -> None:
    story = Story(ordered())
    for kind in ("sign", "progress"):
        story.do(kind, at("2026-07-01 10:00"))
    story.wait(DUE_AT)
    story.do("resolve", DUE_AT)
    story.wait(at("2026-07-07 18:00"))

    assert HOLDER not in missed(story)


def test_a_request_about_a_case_that_is_reported_with_another_has_no_object_any_more() -> None:
    story = Story(replace(ordered(), rules=2))  # from rules 3 on it is answered before
    story.do("return", at("2026-07-01 09:00"))
    story.do("merge", at("2026-07-01 10:00"))
    end = Follow(case=OTHER_CASE, stage=Stage.CLOSED, result="Cleared.")
    facts = story.do(end, at("2026-07-01 11:00"))

    assert (Tier.ASSIGN, Stage.REPORTED, "squad") == story.where
    assert PartState.LAPSED is story.part("return-1").state
    assert [] == only(facts, Returned)
    assert [] == [each for each in missed(story) if each == HOLDER]


def test_without_such_a_clock_in_the_policy_nothing_reminds_the_superior() -> None:
    pinned = ordered()
    levels = tuple(
        replace(level, clocks=tuple(c for c in level.clocks if c.clock != SUPERIOR))
        for level in pinned.levels
    )
    story = reported(replace(pinned, levels=levels))

    assert [] == fired(story.wait(at("2026-07-31 18:00")))
    assert [] == missed(story)


def test_a_case_of_before_the_rule_is_missed_by_its_cap_as_before() -> None:
    story = reported(ordered(rules=None))
    story.wait(at("2026-07-06 12:01"))

    assert {CITIZEN, HOLDER} <= {*missed(story)}
