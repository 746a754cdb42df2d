"""The events a command is about to leave, and the case as it would then be."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from domain.case.commands import Command
from domain.case.events import Event, Fact
from domain.case.evolve import evolve
from domain.case.refusals import Refusal
from domain.case.state import Case


class Refused(Exception):
    """The command is refused. `decide` makes it an event and the answer to the caller."""

    def __init__(self, refusal: Refusal, detail: str) -> None:
        super().__init__(detail)
        self.refusal = refusal
        self.detail = detail


class Draft:
    """Events so far; each is folded in at once, so that the next one sees the case it left."""

    def __init__(self, case: Case | None, command: Command, now: datetime) -> None:
        self._case = case
        self.command = command
        self.now = now
        self.events: list[Event] = []

    @property
    def case(self) -> Case:
        if self._case is None:
            raise ValueError(f"{self.command.act.kind} before the case was opened")
        return self._case

    def add(self, fact: Fact) -> None:
        event = Event(
            seq=(self._case.seq if self._case else 0) + 1,
            at=self.now,
            actor=self.command.actor,
            command_id=self.command.id,
            command=self.command.act.kind,
            fact=fact,
        )
        self._case = evolve(self._case, event)
        self.events.append(event)


Decisions = Mapping[type, Callable[[Draft, Any], None]]
"""What each act leads to: a function that adds facts to a draft, or raises Refused."""
