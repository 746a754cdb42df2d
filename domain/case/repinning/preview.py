"""What a new policy would move in an open case, before a person decides."""

from dataclasses import dataclass
from datetime import datetime

from domain.case.agenda import past
from domain.case.commands import Actor, Command, Lookup
from domain.case.decide import decide
from domain.case.escalation.facts import DeadlineMoved
from domain.case.repinning.acts import Repin
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.planning.plans import RULES, CasePlan
from domain.sla.clocks import Due, due


@dataclass(frozen=True, slots=True)
class Move:
    """A running clock's deadline before and after; None where it is paused or gone."""

    clock: str
    due_before: Due | None
    due_after: Due | None

    @property
    def before(self) -> datetime | None:
        return self.due_before.at if self.due_before else None

    @property
    def after(self) -> datetime | None:
        return self.due_after.at if self.due_after else None

    @property
    def moves(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Firing:
    """A rung of a clock, or its deadline, whose moment is past under the new plan."""

    clock: str
    rung: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """`coming`: what the engine would do next, and when. `fires`: what it would do at once.

    `holder`: the unit that gets the case, because the one before may not lead it any more.
    `overtaken`: the clocks whose miss would no longer count, because a later deadline would hold.
    `problem`: why it cannot be done.
    """

    moves: tuple[Move, ...]
    coming: tuple[str, Due] | None
    problem: str = ""
    fires: tuple[Firing, ...] = ()
    holder: str | None = None
    overtaken: tuple[str, ...] = ()


def is_behind(plan: CasePlan, policy: str) -> bool:
    """Return whether a repin changes the plan: another policy, or older rules of Sanban itself."""
    return plan.policy != policy or not plan.follows(RULES)


def preview(
    case: Case,
    plan: CasePlan,
    actor: Actor,
    now: datetime,
    kinds: tuple[tuple[str, str], ...] = (),
) -> Preview:
    """Every deadline the plan would move, by the engine's own rules, in the order of the clocks.

    `kinds` are units, each with its kind: that of the holder counts.
    """
    act, lookup = Repin(policy=plan.policy, reason="preview"), Lookup(plan=plan, kinds=kinds)
    decision = decide(case, Command("preview", actor, act, lookup), now)
    fact = decision.events[-1].fact
    if fact.kind == "command_refused":
        return Preview((), None, fact.detail)
    after = decision.case
    names = dict.fromkeys(clock.id for clock in (*case.clocks, *after.clocks) if clock.is_running)
    moves = tuple(Move(name, _due(case, name), _due(after, name)) for name in names)
    summary = summarize(after)
    coming, provisional = summary.coming, summary.coming_provisional
    what = (
        (f"{coming.clock} {coming.what}".strip(), Due(coming.at, provisional)) if coming else None
    )
    fires = tuple(Firing(item.clock, item.what, item.at) for item in past(after, now) if item.clock)
    holder = after.holder if after.holder != case.holder else None
    moved = [event.fact for event in decision.events if isinstance(event.fact, DeadlineMoved)]
    overtaken = tuple(fact.clock for fact in moved if fact.missed)
    return Preview(moves, what, fires=fires, holder=holder, overtaken=overtaken)


def _due(case: Case, name: str) -> Due | None:
    clock = case.clock(name)
    if clock is None or not clock.is_running:
        return None
    return due(clock, case.plan.calendar)
