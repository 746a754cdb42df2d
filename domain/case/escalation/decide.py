"""Clocks that run out: missed deadlines, rungs, and the next tier up."""

from collections.abc import Iterator
from dataclasses import replace

from domain.case.access import inquired_into, is_of_duty
from domain.case.agenda import ARCHIVE, DEADLINE, RESUME, Item, first_due
from domain.case.clocks import pressed_by, provisionally
from domain.case.closing.facts import Archived
from domain.case.dispatch.decide import not_passed_on, pass_on
from domain.case.draft import Decisions, Draft
from domain.case.escalation.acts import Ring
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.followers import capped_by, without_followers
from domain.case.part import Part
from domain.case.participants import late
from domain.case.parts.decide import hour_to_come, move
from domain.case.parts.facts import PartState
from domain.case.requests.decide import by_default
from domain.case.state import Case
from domain.case.supervision.decide import (
    L4,
    circulate_text,
    interview,
    letter,
    no_interview,
    no_letter,
    report_up,
)
from domain.case.suspension.facts import Resumed
from domain.case.tiers.decide import raise_to, tier_above
from domain.people.rosters import (
    ASKED,
    SUPERVISING,
    FoundPeople,
    Recipient,
    find_people,
    without_units,
)
from domain.policy.part_rules import PartKind
from domain.sla.ladders import Action, DueRung, Late, Rung, due_rungs
from domain.vocabulary import Tier

_RAISING = frozenset({Action.RAISE_TIER, Action.INTERVIEW})
_ON_THE_HOLDER = frozenset({*_RAISING, Action.URGE_IN_WRITING, Action.REASSIGN})


def ring(draft: Draft, act: Ring) -> None:
    """Do everything whose moment is past, earliest first, until nothing is.

    Raising the tier replaces clocks, so what is due is computed again after each step.
    """
    while (item := first_due(draft.case, draft.now)) is not None:
        _do(draft, item)


def _do(draft: Draft, item: Item) -> None:
    if item.what == RESUME:
        draft.add(Resumed(at=item.at, reason="the suspension ended as stated"))
    elif item.what == ARCHIVE:
        draft.add(Archived())
    elif item.what == DEADLINE:
        _run_out(draft, item)
    elif item.step is not None:
        _reach(draft, item.clock, item.step)


def _run_out(draft: Draft, item: Item) -> None:
    """A deadline that passed is a fact; of some parts it is also what happens next."""
    part = draft.case.part(item.clock)
    if part is not None and part.type.put_right and part.state is PartState.SERVED:
        # No deadline is missed yet: the time is over, and a person has to check.
        move(draft, part, PartState.INSPECTION, note="the time to put it right is over")
        return
    if part is not None and _comes_to_its_hour(part):
        move(draft, part, PartState.UNDER_WAY, note="the appointed hour has come")
        return
    other = _promised_elsewhere(draft.case, item)
    if other is not None:
        # What this deadline leads to comes first: after the row, it is no deadline of this case.
        _reach_until(draft, item)
    provisional = provisionally(draft.case, item.clock, item.at)
    units = None if other else late(draft.case, item.clock, item.at)
    missed = DeadlineMissed(clock=item.clock, due_at=item.at, of=other, provisional=provisional)
    draft.add(replace(missed, units=units))
    if part is not None:
        _unanswered(draft, part)


def _comes_to_its_hour(part: Part) -> bool:
    waits = part.state in {PartState.OPEN, PartState.SERVED}
    return waits and part.type.appointed and part.until is not None


def _promised_elsewhere(case: Case, item: Item) -> str | None:
    """Return the case that joined this one and whose deadline passes; None if it is this one's."""
    clock = case.clock(item.clock)
    other = capped_by(case, clock) if clock is not None and case.plan.follows(2) else None
    if clock is None or other is None:
        return None
    own = without_followers(case, clock)
    return None if own is not None and own.at <= item.at else other


def _reach_until(draft: Draft, item: Item) -> None:
    case = draft.case
    clock = case.clock(item.clock)
    if clock is None:
        return
    steps = due_rungs(case.plan.ladder(clock.ladder), clock, case.plan.calendar, draft.now)
    for step in steps:
        if step.moment <= item.at:
            _reach(draft, item.clock, step)


def _unanswered(draft: Draft, part: Part) -> None:
    """A request has a default; some work ends, and a letter leads to an interview.

    A conference of which no result is reported is convened once more; then the leader decides.
    """
    ending = part.type.unanswered
    if part.type.request:
        by_default(draft, part)
    elif ending is not None and part.type.summons:
        why = no_interview(draft)
        note = "; ".join(n for n in (ending.note, why) if n)
        move(draft, part, ending.to, note=note)
        interview(draft, _cause(draft, part.id), f"{part.id} was not answered")
    elif ending is not None:
        move(draft, part, ending.to, note=ending.note)
    elif part.type.decides and part.state is PartState.UNDER_WAY and not part.tries:
        until = hour_to_come(draft, part.kind)
        note = "no-show: no meeting was reported; convened once more"
        move(draft, part, PartState.OPEN, note=note, until=until)


def _reach(draft: Draft, clock: str, step: DueRung) -> None:
    rung = step.rung
    fires = step.outcome is Late.FIRE
    unit, pressed = draft.case.holder, pressed_by(draft.case, clock, step.moment)
    spared = f"{pressed} is pressed: {unit} still has its own time" if pressed != unit else ""
    answer = _tell(draft, clock, step, pressed) if fires else FoundPeople((), ())
    above = tier_above(draft.case)
    draft.add(
        RungReached(
            clock=clock,
            rung=rung.id,
            level=level_of(draft.case, clock, rung),
            action=rung.action,
            outcome=step.outcome,
            moment=step.moment,
            late=step.late,
            told=answer.told,
            gaps=answer.gaps,
            collapsed_into=step.collapsed_into,
            note=(spared or _hindered(draft, rung.action, above)) if fires else "",
        )
    )
    reason = f"{clock} clock reached {rung.id}"
    if fires and spared and rung.action is Action.CIRCULATE:
        circulate_text(draft, reason, pressed)
    elif fires and not (spared and rung.action in _ON_THE_HOLDER):
        act_on(draft, rung.action, reason, above, (clock, rung.id))


def _hindered(draft: Draft, action: Action, above: Tier | None) -> str:
    """Return what the action would do and cannot; people are notified all the same."""
    whys = []
    if action in _RAISING and above is None:
        whys.append(_why_not_raised(draft.case))
    if action is Action.REASSIGN:
        whys.append(not_passed_on(draft))
    if action is Action.URGE_IN_WRITING:
        whys.append(no_letter(draft))
    if action is Action.INTERVIEW:
        whys.append(no_interview(draft))
    return "; ".join(why for why in whys if why)


def act_on(
    draft: Draft, action: Action, reason: str, above: Tier | None, of: tuple[str, str]
) -> None:
    """What a rung (`of`: its clock and id) does beyond telling people."""
    match action:
        case Action.RAISE_TIER if above is not None:
            raise_to(draft, above, reason)
        case Action.REASSIGN:
            pass_on(draft, f"{draft.case.holder} did not sign: {reason}")
        case Action.URGE_IN_WRITING:
            letter(draft, _cause(draft, *of))
        case Action.CIRCULATE:
            circulate_text(draft, reason)
        case Action.INTERVIEW:
            interview(draft, _cause(draft, *of), reason)
        case Action.REPORT_UP:
            report_up(draft, reason)
        case _:
            return


def _cause(draft: Draft, clock: str, rung: str | None = None) -> Ring:
    return Ring(clock=clock, rung=rung) if draft.case.plan.follows(2) else Ring()


def _tell(draft: Draft, clock: str, step: DueRung, pressed: str | None) -> FoundPeople:
    """Find named people for this rung; if all are absent, those of the rungs above, at once.

    Of an inquiry into the duty of officials no person of the units concerned is told.
    """
    case, roster = draft.case, draft.command.lookup.roster
    if roster is None:
        raise ValueError(f"{case.case_id}: the engine rang without a roster")
    found = case.clock(clock)
    ladder = case.plan.ladder(found.ladder) if found else None
    rungs = ladder.rungs[ladder.rungs.index(step.rung) :] if ladder else (step.rung,)
    holder = pressed or case.plan.platform
    part = case.part(clock)
    asked = (part.units if part else ()) or (holder,)
    if case.plan.follows(3) and is_of_duty(clock):
        roster = without_units(roster, inquired_into(case))
    groups = ([*_named(rung, asked, case.plan.supervisors or ())] for rung in rungs)
    return find_people(roster, groups, holder, draft.now)


def _named(rung: Rung, asked: tuple[str, ...], supervisors: tuple[str, ...]) -> Iterator[Recipient]:
    """Yield the recipients of a rung. A category without supervising departments has none to tell;
    if the rung tells no others, that is a gap.
    """
    meant = {ASKED: asked, SUPERVISING: supervisors}
    if len(rung.tell) == 1 and not supervisors:
        meant.pop(SUPERVISING)
    for recipient in rung.tell:
        units = meant.get(recipient.unit, (recipient.unit,))
        yield from (Recipient(unit, recipient.role) for unit in units)


def _why_not_raised(case: Case) -> str:
    if case.tier is tuple(Tier)[-1]:
        return f"not raised: {case.tier} is the highest tier"
    return f"not raised: a case that is {case.stage} is not raised"


def level_of(case: Case, clock: str, rung: Rung) -> int:
    """Return the level of the case that the rung stands for.

    A summons by a person is a tool of handling; only an interview of the unit that a rung or
    silence led to is of the ladder. So is a step of the work, such as a task of another unit. The
    first time that a citizen is not satisfied is for the leading group to decide, and of no level;
    the second is.
    """
    part = case.part(clock)
    if part is None or not case.plan.follows(2):
        return rung.level
    if part.type.of_handling and case.plan.follows(3):
        return 0
    summoned = part.kind is PartKind.INTERVIEW and part.of is None
    first = part.kind is PartKind.DISSATISFACTION and case.dissatisfied <= 1
    return 0 if summoned or first else rung.level


def level_without(case: Case, clock: str, rungs: tuple[str, ...]) -> int:
    """Return the level of the case without these rungs; what else raised it still counts."""
    # Not satisfied for the second time: no deadline that moves takes that back.
    gone, others = 0, L4 if case.plan.follows(3) and case.dissatisfied > 1 else 0
    for each in case.clocks:
        for rung in case.plan.ladder(each.ladder).rungs:
            if each.id == clock and rung.id in rungs:
                gone = max(gone, level_of(case, each.id, rung))
            elif rung.id in each.fired:
                others = max(others, level_of(case, each.id, rung))
    return others if gone == case.level else case.level


DECISIONS: Decisions = {
    Ring: ring,
}
