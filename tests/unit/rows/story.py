"""A story: one case, what people do to it, and what the engine does in between."""

from datetime import datetime
from typing import TypeVar

from domain.case.agenda import first_due, next_item
from domain.case.commands import Act, Actor, Lookup
from domain.case.escalation.acts import Ring
from domain.case.events import CommandRefused, Event, Fact
from domain.case.evolve import fold
from domain.case.forecasts import TICK
from domain.case.part import Part
from domain.case.refusals import Refusal
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.planning.plans import CasePlan
from domain.sla.clocks import Clock, due
from domain.vocabulary import Role, Stage, Tier
from tests.builders import LOOKUP, give, plan
from tests.town import OPENED

F = TypeVar("F")
OFFICE_LEADER = Actor("shen", Role.SUPERVISOR, "office")
"""A second person of the leading group's office."""


class Story:
    """One case. After each step all its rows are folded again and must give the same case."""

    def __init__(
        self, pinned: CasePlan | None = None, when: datetime = OPENED, lookup: Lookup = LOOKUP
    ) -> None:
        opening = give(None, Open(plan=pinned or plan()), when, lookup=lookup)
        self.case: Case = opening.case
        self.events: list[Event] = [*opening.events]

    def do(
        self,
        act: Act | str,
        when: datetime,
        *,
        by: Actor | None = None,
        lookup: Lookup = LOOKUP,
    ) -> list[Fact]:
        """Give an act and return the facts that follow, in order. Raises AssertionError for a
        refusal.
        """
        facts = self.tried(act, when, by=by, lookup=lookup)
        refused = [fact for fact in facts if isinstance(fact, CommandRefused)]
        if refused:
            raise AssertionError(f"{refused[0].refusal}: {refused[0].detail}")
        return facts

    def refused(
        self,
        act: Act | str,
        when: datetime,
        *,
        by: Actor | None = None,
        lookup: Lookup = LOOKUP,
    ) -> tuple[Refusal, str]:
        """Return the code and the sentence of a refusal. Raises ValueError where there is none."""
        before = self.case
        [fact] = only(self.tried(act, when, by=by, lookup=lookup), CommandRefused)
        if (before.stage, before.clocks, before.parts) != (
            self.case.stage,
            self.case.clocks,
            self.case.parts,
        ):
            raise ValueError("a refusal changed the case")
        return fact.refusal, fact.detail

    def tried(
        self, act: Act | str, when: datetime, *, by: Actor | None, lookup: Lookup
    ) -> list[Fact]:
        decision = give(self.case, act, when, by=by, lookup=lookup)
        self.case = decision.case
        self.events += decision.events
        if fold(self.events) != self.case:
            raise ValueError("the journal does not lead to the case")
        return [event.fact for event in decision.events]

    def wait(self, until: datetime) -> list[Fact]:
        """Let time pass until then; the engine wakes whenever something is due."""
        facts: list[Fact] = []
        while (item := next_item(self.case)) is not None and item.at + TICK <= until:
            facts += self.do(Ring(), item.at + TICK)
        if first_due(self.case, until) is not None:
            facts += self.do(Ring(), until)
        return facts

    def clock(self, id_: str) -> Clock:
        found = self.case.clock(id_)
        if found is None:
            raise LookupError(f"no clock {id_}")
        return found

    def due(self, clock: str) -> datetime | None:
        """Return when the clock is due, None while it is paused. Raises LookupError without such a
        clock.
        """
        found = self.case.clock(clock)
        if found is None or not found.is_running:
            raise LookupError(f"no running clock {clock}")
        deadline = due(found, self.case.plan.calendar)
        return deadline.at if deadline else None

    def part(self, name: str) -> Part:
        found = self.case.part(name)
        if found is None:
            raise LookupError(name)
        return found

    @property
    def where(self) -> tuple[Tier, Stage, str | None]:
        return self.case.tier, self.case.stage, self.case.holder


def kinds(facts: list[Fact]) -> list[str]:
    return [fact.kind for fact in facts]


def only(facts: list[Fact], what: type[F]) -> list[F]:
    """Return the facts of one kind."""
    return [fact for fact in facts if isinstance(fact, what)]
