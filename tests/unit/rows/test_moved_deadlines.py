"""A deadline that moved is watched again, and what the earlier one had led to is withdrawn."""

from dataclasses import replace
from datetime import datetime

from domain.case.closing.acts import Close
from domain.case.commands import Lookup
from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved, RungReached
from domain.case.events import Fact
from domain.case.parts.facts import PartMoved, PartState
from domain.case.repinning.acts import Repin
from domain.case.repinning.preview import preview
from domain.case.requests.acts import Answer, AskExtension
from domain.planning.plans import CasePlan
from domain.reporting.indicators import case_figures
from domain.reporting.periods import Period
from domain.sla.case_clocks import HOLDER
from domain.sla.ladders import Action, Rung
from domain.vocabulary import Callback, Role
from tests.builders import ACTORS, plan
from tests.town import FIVE_LEVELS, at, hours, rung
from tests.unit.rows.story import OFFICE_LEADER, Story, kinds, only
from tests.unit.test_repinning import with_budget

SUPERVISOR = ACTORS[Role.SUPERVISOR]
YEAR = Period(at("2026-01-01 00:00"), at("2027-01-01 00:00"))


def late_by(amount: float, pinned: CasePlan | None = None, ask: float = 40) -> Story:
    """A unit that asks for more time before its deadline, which then passes by `amount` hours."""
    story = Story(pinned)
    story.do("sign", at("2026-07-01 09:00"))
    story.do("progress", at("2026-07-01 09:30"))
    due = story.due(HOLDER)
    assert due is not None
    story.wait(due - hours(1))
    story.do(AskExtension(hours=int(ask), reason="The lorry is broken."), due - hours(1))
    story.wait(story.case.plan.calendar.advance(due, hours(amount)))
    return story


def granted(story: Story, when: datetime) -> list[DeadlineMoved]:
    answer = Answer(part="extension-1", granted=True, reason="One week more.")
    return only(story.do(answer, when, by=OFFICE_LEADER), DeadlineMoved)


def test_what_is_granted_late_is_watched_and_what_is_done_within_it_is_not_late() -> None:
    story = late_by(4)
    missed = only([event.fact for event in story.events], DeadlineMissed)
    before = story.case.level
    moved = granted(story, at("2026-07-08 14:00"))
    due = story.due(HOLDER)
    assert due is not None

    assert {HOLDER} == {fact.clock for fact in missed}
    assert [(HOLDER, due, True)] == [(f.clock, f.due_at, f.missed) for f in moved]
    assert ("amber", "red") == moved[0].rungs
    assert before == 2
    assert story.case.level == 0
    story.do("resolve", due)
    story.do("verify", due + hours(0.5))
    story.do(Close(callback=Callback.SATISFIED), due + hours(0.7))
    figures = case_figures(story.events, YEAR)
    assert figures is not None
    assert not figures.closing.late
    assert figures.closing.in_time


def test_the_new_deadline_has_its_warning_its_urge_and_its_row() -> None:
    story = late_by(4)
    granted(story, at("2026-07-08 14:00"))
    due = story.due(HOLDER)
    assert due is not None
    facts = story.wait(due + hours(0.1))

    rungs = [fact.rung for fact in only(facts, RungReached) if fact.clock == HOLDER]
    assert ["amber", "red"] == rungs
    assert [due] == [f.due_at for f in only(facts, DeadlineMissed) if f.clock == HOLDER]
    figures = case_figures(story.events, YEAR)
    assert figures is not None
    assert figures.closing.late


def test_the_letter_of_the_old_deadline_is_withdrawn_and_leads_to_nothing() -> None:
    story = late_by(7.9, _slow_decider())
    story.wait(at("2026-07-09 12:00"))
    letter = story.part("letter-1")
    moved = granted(story, at("2026-07-09 14:00"))
    due = story.due(HOLDER)
    assert due is not None
    facts = story.wait(due - hours(8.1))

    assert letter.is_open
    assert (HOLDER, "order") == letter.of
    assert [("amber", "red", "order")] == [f.rungs for f in moved if f.clock == HOLDER]
    assert PartState.LAPSED is story.part("letter-1").state
    assert {"interview", "tier_raised", "deadline_missed"}.isdisjoint(kinds(facts))
    [row] = [f for f in only(_facts(story), PartMoved) if f.part == "letter-1"]
    assert "the deadline of holder was moved" == row.note


def test_a_rung_that_is_past_under_the_new_deadline_too_stays_done() -> None:
    story = late_by(4, ask=1)
    moved = granted(story, at("2026-07-08 14:00"))

    assert [] == moved
    assert story.clock(HOLDER).missed


def test_a_longer_budget_by_a_new_policy_is_watched_as_well() -> None:
    story = late_by(4)
    longer = with_budget(story.case.plan, HOLDER, 80)
    act = Repin(policy=longer.policy, reason="The council decided.")
    facts = story.do(act, at("2026-07-08 14:00"), by=SUPERVISOR, lookup=Lookup(plan=longer))

    assert [("amber", "red")] == [fact.rungs for fact in only(facts, DeadlineMoved)]
    assert not story.clock(HOLDER).missed


def test_a_case_of_before_the_rule_keeps_to_what_it_began_with() -> None:
    """Its history must replay; a new policy over it brings the rule as well."""
    story = late_by(4, replace(plan(), rules=None))

    assert [] == granted(story, at("2026-07-08 14:00"))
    assert story.clock(HOLDER).missed


def test_a_rung_inserted_at_the_top_of_a_ladder_fires_alone() -> None:
    story = late_by(4)
    early = rung("early", 1, Action.WARN, share=50)
    inserted = _with_rungs(story.case.plan, early, *FIVE_LEVELS.rungs)
    now = at("2026-07-08 14:00")
    seen = preview(story.case, inserted, SUPERVISOR, now)
    act = Repin(policy=inserted.policy, reason="The council decided.")
    story.do(act, now, by=SUPERVISOR, lookup=Lookup(plan=inserted))
    facts = story.wait(now + hours(0.1))

    assert ["early"] == [f.rung for f in only(facts, RungReached) if f.clock == HOLDER]
    assert [(HOLDER, "early")] == [(each.clock, each.rung) for each in seen.fires]


def test_a_rung_removed_at_the_top_of_a_ladder_makes_no_other_fire() -> None:
    story = late_by(4)
    removed = _with_rungs(story.case.plan, *FIVE_LEVELS.rungs[1:])
    now = at("2026-07-08 14:00")
    seen = preview(story.case, removed, SUPERVISOR, now)
    act = Repin(policy=removed.policy, reason="The council decided.")
    story.do(act, now, by=SUPERVISOR, lookup=Lookup(plan=removed))

    assert [] == only(story.wait(now + hours(0.1)), RungReached)
    assert () == seen.fires


def _facts(story: Story) -> list[Fact]:
    return [event.fact for event in story.events]


def _with_rungs(pinned: CasePlan, *rungs: Rung) -> CasePlan:
    changed = replace(FIVE_LEVELS, rungs=rungs)
    others = tuple(ladder for ladder in pinned.ladders if ladder.id != FIVE_LEVELS.id)
    return replace(pinned, ladders=(*others, changed), policy="sha256:new")


def _slow_decider() -> CasePlan:
    """Who decides about an extension has two days for it."""
    pinned = plan()
    slow = (
        replace(rule, budget=hours(16)) if rule.kind == "extension" else rule
        for rule in pinned.parts
    )
    return replace(pinned, parts=tuple(slow))
