"""Cases that go the way of another, and cases that resemble each other."""

from dataclasses import replace

from domain.case.clocks import change, change_all, rest
from domain.case.events import Event
from domain.case.followers import limited, promise, without
from domain.case.merging.facts import (
    Joined,
    Left,
    Linked,
    Merged,
    Scattered,
    StaysMerged,
    Unlinked,
    Unmerged,
)
from domain.case.state import REMEMBERED, Case, Moves, Outline, PositionChange, Steps
from domain.sla.case_clocks import CITIZEN
from domain.sla.clocks import Cause
from domain.vocabulary import Role, Stage


def merged(case: Case, fact: Merged, event: Event) -> Case:
    """Pause all clocks, because no unit works on the case; the promise to the citizen runs on."""
    by_rule = event.actor.role is Role.ENGINE
    case = replace(case, merged_into=fact.into, merged_by=None if by_rule else event.actor.id)
    promised = case.clock(CITIZEN)
    case = rest(case, Cause.MERGED, event.at)
    return case if promised is None else change(case, CITIZEN, lambda _: promised)


def unmerged(case: Case, fact: Unmerged, event: Event) -> Case:
    case = replace(case, merged_into=None, merged_by=None)
    # What was asked could not be answered meanwhile, so the clocks of parts have waited.
    parts = set() if fact.parts_ran_on else {part.id for part in case.parts}
    waited = parts if fact.ran_on else {clock.id for clock in case.clocks}
    return change_all(
        case,
        lambda clock: (
            clock.resumed(Cause.MERGED, event.at)
            if clock.id in waited
            else clock.without(Cause.MERGED)
        ),
    )


def joined(case: Case, fact: Joined, event: Event) -> Case:
    case = without(case, {fact.case})
    gathered = (*case.gathered, fact.case) if fact.by_rule else case.gathered
    joined = (*case.joined, (fact.case, fact.due_at))
    supplied = (*case.supplied, *(fact.files or ()))[-REMEMBERED:]
    case = replace(case, joined=joined, gathered=gathered, supplied=supplied)
    return limited(promise(case), fact.case, fact.dues or (), fact.unit)


def left(case: Case, fact: Left, event: Event) -> Case:
    return promise(without(case, {fact.case}))


def scattered(case: Case, fact: Scattered, event: Event) -> Case:
    return promise(replace(without(case, {*fact.cases}), scattered=True))


def stays_merged(case: Case, fact: StaysMerged, event: Event) -> Case:
    return replace(case, other_than=None)


def linked(case: Case, fact: Linked, event: Event) -> Case:
    others = tuple(each for each in case.links if each[0] != fact.to)
    return replace(case, links=(*others, (fact.to, fact.score)))


def unlinked(case: Case, fact: Unlinked, event: Event) -> Case:
    return replace(case, links=tuple(each for each in case.links if each[0] != fact.to))


def where_merged(at: Case | Outline, fact: Merged) -> PositionChange:
    return PositionChange(stage=Stage.MERGED, rests_at=at.stage)


def where_unmerged(at: Case | Outline, fact: Unmerged) -> PositionChange:
    return PositionChange(stage=at.rests_at or Stage.TRIAGED, rests_at=None)


MOVES: Moves = {
    Merged: where_merged,
    Unmerged: where_unmerged,
}

STEPS: Steps = {
    Merged: merged,
    Unmerged: unmerged,
    Joined: joined,
    Left: left,
    Scattered: scattered,
    StaysMerged: stays_merged,
    Linked: linked,
    Unlinked: unlinked,
}
