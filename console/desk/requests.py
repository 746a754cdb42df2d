"""Requests that wait for a decision: who asks for what, and what holds when no decision comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.desk.context import Visit
from console.desk.offers import NotNow, Seeker
from console.desk.timeline import Happening, happenings
from domain.case.deciders import decider_of
from domain.case.events import Event
from domain.case.forecasts import forecast
from domain.case.part import Part
from domain.case.parts.facts import PartMoved, PartOpened
from domain.case.refusals import Refusal
from domain.case.state import Case

_AHEAD = 100


@dataclass(frozen=True, slots=True)
class RequestView:
    """One open request. `default`: the state that it gets at `at` if no person answers; `left`: the
    time until then. `why_not`: why this person cannot answer it; None: they can.
    """

    case: Case
    part: Part
    asked: Happening
    default: str | None
    at: datetime | None
    left: str
    why_not: NotNow | None

    @property
    def short(self) -> str:
        return self.case.case_id.partition("-")[0]


async def requests_of(
    case: Case, events: Sequence[Event], visit: Visit, seeker: Seeker
) -> list[RequestView]:
    """Return the requests of a case that are for the person's roles to answer, as they opened."""
    waiting = [part for part in _waiting(case) if decider_of(case, part) in visit.roles]
    if not waiting:
        return []
    rows = {row.seq: row for row in happenings(case, events, visit)}
    opened = {e.fact.part: rows[e.seq] for e in events if isinstance(e.fact, PartOpened)}
    defaults = _defaults(case, visit)
    found = list[RequestView]()
    for part in waiting:
        default, at = defaults.get(part.id, (None, None))
        tried = await seeker.tried(case, "answer", part.id)
        why_not = _why(tried) if isinstance(tried, NotNow) or part.id not in tried.parts else None
        left = _left(case, part, at, visit)
        found.append(RequestView(case, part, opened[part.id], default, at, left, why_not))
    return found


def _waiting(case: Case) -> Iterator[Part]:
    return (part for part in case.open_parts() if part.type.request)


def _why(tried: object) -> NotNow:
    """Return why not; of a request that is left out while others are offered, that it is not."""
    return tried if isinstance(tried, NotNow) else NotNow("answer", Refusal.NOT_YOUR_PART, "")


def _defaults(case: Case, visit: Visit) -> dict[str, tuple[str, datetime]]:
    """Return what the engine makes of each request without an answer, and when: it is tried."""
    found = dict[str, tuple[str, datetime]]()
    waiting = {part.id for part in _waiting(case)}
    for event in forecast(case, visit.policy.roster, _AHEAD):
        if isinstance(event.fact, PartMoved) and event.fact.part in waiting - {*found}:
            found[event.fact.part] = (str(event.fact.to), event.at)
            if len(found) == len(waiting):
                break
    return found


def _left(case: Case, part: Part, at: datetime | None, visit: Visit) -> str:
    if at is None:
        return ""
    clock = case.clock(part.id)
    measure = clock.measure if clock else None
    return visit.moments.amount(visit.working_time(visit.now, at, measure), measure)
