"""What an act would change, before it is given: it is tried by the rules, and undone.

Nothing is recorded by it. What other people do meanwhile can change the answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from console.desk.context import Visit
from console.desk.offers import Seeker
from console.desk.refusal_words import refusal_line
from domain.case.commands import Actor, Command
from domain.case.cross_case_messages import cross_case_messages
from domain.case.decide import Decision, decide
from domain.case.draft import Draft, Refused
from domain.case.events import CommandRefused
from domain.case.merging.acts import Join, Merge
from domain.case.part import Part
from domain.case.participants import parties
from domain.case.parts.facts import PartState
from domain.case.requests.acts import Answer
from domain.case.requests.decide import grant
from domain.case.state import Case
from domain.sla.clocks import due
from domain.vocabulary import Role

_TRIAL = "试办 trial"
"""A reason in words: an act is tried before a person has written one."""


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """One thing that is another one after the act, in words or as a moment."""

    name: str
    before: Markup | str
    after: Markup | str


@dataclass(frozen=True, slots=True)
class ActEffect:
    """What would change, and nothing where the case refuses it (`refused`: why).

    `second`: another person has to agree before it is so.
    """

    changes: tuple[BeforeAfter, ...]
    refused: str = ""
    second: bool = False


@dataclass(frozen=True, slots=True)
class MergeEffect:
    """What merging would do to both cases, and which units have to do with each."""

    other: Case
    own: ActEffect
    theirs: ActEffect
    units: tuple[str, ...]
    other_units: tuple[str, ...]


async def of_answer(
    visit: Visit, seeker: Seeker, case: Case, part: Part, actor: Actor
) -> tuple[ActEffect, ActEffect]:
    """Return what granting a request would change, and what refusing it would."""
    found = list[ActEffect]()
    for granted in (True, False):
        act = Answer(part=part.id, granted=granted, reason=_TRIAL)
        command = await seeker.looked_up(case, Command("trial", actor, act))
        found.append(_effect(visit, case, decide(case, command, visit.now), part, command))
    return found[0], found[1]


async def of_merge(
    visit: Visit, seeker: Seeker, case: Case, other: Case, actor: Actor
) -> MergeEffect:
    """Return what merging a case into another one would change in both."""
    act = Merge(into=other.case_id, reason=_TRIAL)
    command = await seeker.looked_up(case, Command("trial", actor, act))
    decision = decide(case, command, visit.now)
    own = _effect(visit, case, decision)
    theirs = ActEffect(())
    for event in decision.events:
        for to, message in cross_case_messages(decision.case, event):
            if to == other.case_id and isinstance(message, Join):
                joins = Command("trial", _of_case(case), message)
                theirs = _effect(visit, other, decide(other, joins, visit.now))
    return MergeEffect(other, own, theirs, _units(case, visit), _units(other, visit))


def _of_case(case: Case) -> Actor:
    """Return the case that joins as the actor, as its workflow sends the message."""
    return Actor(case.case_id, Role.ENGINE)


def _units(case: Case, visit: Visit) -> tuple[str, ...]:
    named = (each for each in parties(case) if each)
    return tuple(dict.fromkeys(visit.names.unit(each) for each in named))


def _effect(
    visit: Visit,
    before: Case,
    decision: Decision,
    part: Part | None = None,
    command: Command | None = None,
) -> ActEffect:
    for event in decision.events:
        if isinstance(event.fact, CommandRefused):
            fact = event.fact
            return ActEffect((), refusal_line(visit.names, fact.refusal, fact.detail))
    moved = decision.case.part(part.id) if part else None
    if part is None or moved is None or moved.state is not PartState.AGREED or command is None:
        return ActEffect(tuple(changes_of(before, decision.case, visit, part)))
    draft = Draft(decision.case, command, visit.now)
    try:
        grant(draft, part, _TRIAL, None)
    except Refused as refused:
        return ActEffect((), refusal_line(visit.names, refused.refusal, refused.detail))
    return ActEffect(tuple(changes_of(before, draft.case, visit, part)), second=True)


def changes_of(
    before: Case, after: Case, visit: Visit, part: Part | None = None
) -> Iterator[BeforeAfter]:
    """Yield what is another one; that the clock of the part itself ends is no news."""
    names, words = visit.names, visit.words
    pairs: Sequence[tuple[str, Any, Any]] = (
        (
            names.code("field", "stage"),
            names.code("stage", before.stage),
            names.code("stage", after.stage),
        ),
        (
            names.code("field", "tier"),
            names.code("tier", before.tier),
            names.code("tier", after.tier),
        ),
        (words("Unit"), names.unit(before.holder), names.unit(after.holder)),
    )
    for name, was, now in pairs:
        if was != now:
            yield BeforeAfter(name, was or "—", now or "—")
    for id_ in dict.fromkeys([*(c.id for c in before.clocks), *(c.id for c in after.clocks)]):
        was_due, now_due = _due(before, id_, visit), _due(after, id_, visit)
        if was_due != now_due and not (part and part.id == id_):
            yield BeforeAfter(names.clock(id_), was_due, now_due)


def _due(case: Case, id_: str, visit: Visit) -> Markup | str:
    """Return the deadline of a clock in words: its moment, or that it rests, or has ended."""
    clock = case.clock(id_)
    if clock is None or not clock.is_running:
        return "—"
    found = due(clock, case.plan.calendar)
    if found is None:
        return visit.words("stands still")
    at: datetime = found.at
    return visit.moments.html(at)
