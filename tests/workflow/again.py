"""Derive a case again by the pure rules alone, from what its journal says.

Every test of a running case ends with this comparison (tests/workflow/cases.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from activities.lookups import LookupActivities
from domain.case.commands import ENGINE, Actor, Command, Lookup
from domain.case.cross_case_messages import cross_case_messages
from domain.case.decide import decide
from domain.case.escalation.acts import Ring
from domain.case.events import Event
from domain.case.evolve import evolve, fold
from domain.case.merging.acts import Follow
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.sla.clocks import due
from domain.vocabulary import Role
from schemas.journal import body_of
from workflows.questions import question

if TYPE_CHECKING:
    from tests.workflow.cases import OpenCase, Town


async def rederived(case: "OpenCase") -> list[str]:
    """Return the rows that the pure rules give for the same commands at the same instants."""
    state: Case | None = None
    rows: list[str] = []
    for (name, kind, at), _ in groupby(case.events(), key=_command_of):
        command = await looked_up(case, state, _command(case, name, kind), at)
        decision = decide(state, command, at)
        rows += [body_of(case.plan.case_id, event).decode() for event in decision.events]
        state = decision.case
    return rows


async def looked_up(
    case: "OpenCase", state: Case | None, command: Command, at: datetime
) -> Command:
    asked = question(state, command, at)
    if asked is None:
        return command
    found = await LookupActivities(replace(case.town.desk, as_of=at)).look_up(asked)
    return replace(command, lookup=found)


def undefined(events: Iterable[Event]) -> list[str]:
    """Return where a part was open without exactly one clock, or a clock ran without an end or a
    pause.

    Only the state after each command is checked; no one sees what holds between two rows of one
    command.
    """
    return [
        f"after row {state.seq}: {name}" for state in _states(events) for name in _without(state)
    ]


def _states(events: Iterable[Event]) -> Iterator[Case]:
    state: Case | None = None
    for _, rows in groupby(events, key=_command_of):
        for event in rows:
            state = evolve(state, event)
        if state is not None:
            yield state


def _without(state: Case) -> Iterator[str]:
    running = [clock for clock in state.clocks if clock.is_running]
    for part in state.open_parts():
        if 1 != len([clock for clock in running if clock.id == part.id]):
            yield f"{part.id} has no clock of its own"
    for clock in running:
        if due(clock, state.plan.calendar) is None and not clock.is_paused:
            yield f"{clock.id} neither ends nor stands still"


def _command(case: "OpenCase", name: str, kind: str) -> Command:
    match kind:
        case "open":
            return Command(name, ENGINE, Open(plan=case.plan))
        case "ring":
            return Command(name, ENGINE, Ring())
        case "join" | "leave" | "follow" | "pass_on" | "tell_meeting" | "stay_merged":
            return _cross_case_command(case.town, name)
        case "confirm_reservation" | "yield_reservation":
            return _cross_case_command(case.town, name)
        case _:
            return case.said[name, kind].to_domain(Lookup())


def _cross_case_command(town: "Town", id_: str) -> Command:
    """Return what one case of the town said to another, according to its own journal."""
    sender = next(case for case in town.cases if id_.startswith(case.plan.case_id))
    _, seq, number = id_.removesuffix(":back").split(":")
    events = sender.events()
    cause = events[int(seq) - 1]
    with_it = [event for event in events if event.seq <= cause.seq or event.at == cause.at]
    to, act = list(cross_case_messages(fold(with_it), cause))[int(number)]
    if id_.endswith(":back"):
        act = Follow(case=to, stage=None, result=f"{to} has ended")
    return Command(id_, Actor(sender.plan.case_id, Role.ENGINE), act)


def _command_of(event: Event) -> tuple[str, str, datetime]:
    return event.command_id, event.command, event.at
