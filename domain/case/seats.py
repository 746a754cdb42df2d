"""The seats of a town's platform in another system, such as a hotline's, which names no unit."""

from dataclasses import replace

from domain.case.commands import Command
from domain.case.state import Case
from domain.vocabulary import Role

_SEATS = frozenset({Role.DISPATCHER, Role.HOTLINE, Role.VERIFIER})


def seated(case: Case, command: Command) -> Command:
    """Return the command with the platform as the unit of a seat without one, from rules 3 on.

    Without it a seat would be a stranger to the platform: it would look at what the platform did
    itself, and ask work of the units above it.
    """
    actor, platform = command.actor, case.plan.platform
    if actor.unit is not None or actor.role not in _SEATS or not case.plan.follows(3):
        return command
    return replace(command, actor=replace(actor, unit=platform))
