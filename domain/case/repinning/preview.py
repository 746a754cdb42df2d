"""What a new policy would move in an open case, before a person decides."""

from dataclasses import dataclass
from datetime import datetime

from domain.case.commands import Actor, Command, Lookup
from domain.case.decide import decide
from domain.case.repinning.acts import Repin
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.planning.plans import CasePlan
from domain.sla.clocks import due


@dataclass(frozen=True, slots=True)
class Move:
    """A running clock's deadline before and after; None where it is paused or gone."""

    clock: str
    before: datetime | None
    after: datetime | None

    @property
    def moves(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Preview:
    """`coming`: what the engine would do next, and when. `problem`: why it cannot be done."""

    moves: tuple[Move, ...]
    coming: tuple[str, datetime] | None
    problem: str = ""


def preview(case: Case, plan: CasePlan, actor: Actor, now: datetime) -> Preview:
    """Every deadline the plan would move, by the engine's own rules, in the order of the clocks."""
    act = Repin(policy=plan.policy, reason="preview")
    decision = decide(case, Command("preview", actor, act, Lookup(plan=plan)), now)
    fact = decision.events[-1].fact
    if fact.kind == "command_refused":
        return Preview((), None, fact.detail)
    after = decision.case
    names = dict.fromkeys(clock.id for clock in (*case.clocks, *after.clocks) if clock.is_running)
    moves = tuple(Move(name, _due(case, name), _due(after, name)) for name in names)
    coming = summarize(after).coming
    return Preview(moves, (f"{coming.clock} {coming.what}".strip(), coming.at) if coming else None)


def _due(case: Case, name: str) -> datetime | None:
    clock = case.clock(name)
    if clock is None or not clock.is_running:
        return None
    deadline = due(clock, case.plan.calendar)
    return deadline.at if deadline else None
