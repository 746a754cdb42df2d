"""What a person has just done to a case: which row it is, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.desk.acts import ACTS
from console.desk.context import Visit
from console.desk.effects import BeforeAfter, changes_of
from domain.case.events import CommandRefused, Event
from domain.case.evolve import fold
from domain.case.parts.facts import PartOpened
from domain.case.state import Case
from domain.case.turns import Turn, is_half_signed, signer, turn
from domain.people.rosters import posts_of
from domain.vocabulary import OFFICE


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """`row`: the last one that the act left; `opened`: the parts that it began."""

    kind: str
    row: int
    changes: tuple[BeforeAfter, ...]
    opened: tuple[str, ...]
    turn: Turn | None


def recorded_of(visit: Visit, events: Sequence[Event], row: int) -> RecordedAct | None:
    """Return the act of the person that left this row; None if they gave none with it."""
    last = next((event for event in events if event.seq == row), None)
    if last is None or last.actor.id != visit.person.id or last.command not in ACTS:
        return None
    own = [event for event in events if event.command_id == last.command_id]
    if any(isinstance(event.fact, CommandRefused) for event in own):
        return None
    before = fold([event for event in events if event.seq < own[0].seq])
    after = fold([event for event in events if event.seq <= own[-1].seq])
    opened = tuple(event.fact.part for event in own if isinstance(event.fact, PartOpened))
    changes = tuple(changes_of(before, after, visit))
    return RecordedAct(last.command, own[-1].seq, changes, opened, turn(after))


def signers_of(visit: Visit, case: Case) -> list[str]:
    """Return who may give the second signature that the case waits for, by name; [] if none."""
    if not is_half_signed(case):
        return []
    roster, post = visit.policy.roster, signer(case)
    if post is None:
        able = [each.id for each in roster.people if OFFICE & {*each.roles}]
    else:
        able = [person for person, held in posts_of(roster) if held.rank >= post.rank]
    return [visit.names.person(each) for each in able if each not in case.signatures]
