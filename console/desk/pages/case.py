"""One case: its promises, its parts, what can be done now, what cannot, and what has happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.responses import RedirectResponse, Response

from console.desk.act_groups import grouped, likeliest
from console.desk.case_clocks import ClockView, clocks_of
from console.desk.context import Visit
from console.desk.forms import ActForm
from console.desk.letters import names_of as papers_of
from console.desk.offers import Chances, Seeker
from console.desk.option_names import OptionNames
from console.desk.pages.failures import missing
from console.desk.personal import masked_reporter
from console.desk.recorded import RecordedAct, recorded_of, signers_of
from console.desk.rendering import page
from console.desk.thumbnails import DRAWN
from console.desk.timeline import Happening, Of, happenings
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.parts.facts import PartOpened
from domain.case.state import Case
from domain.sla.case_clocks import PROMISES
from domain.vocabulary import ENDED_STAGES
from schemas.intake import Unavailable

log = structlog.stdlib.get_logger()

_ROWS = 30
"""Rows of the timeline that a page shows before all are asked for."""


@dataclass(frozen=True, slots=True)
class ReadableCase:
    """A case that the person may read, folded from its journal."""

    case: Case
    events: Sequence[Event]


async def open_case(visit: Visit) -> ReadableCase | None:
    """Return the case of the address; None if there is none that the person may read."""
    number = visit.request.path_params["number"]
    found = await visit.reader.named(number)
    if not found or (len(found) > 1 and found[0].case_id != number):
        return None
    return await read_case(visit, found[0].case_id)


async def read_case(visit: Visit, case_id: str) -> ReadableCase | None:
    """Return the case with this number; None if the person may read no such case."""
    events = await visit.reader.history(case_id)
    return ReadableCase(fold(events), events) if events else None


def seeker_of(visit: Visit) -> Seeker:
    return Seeker(visit.context.look_up, visit.policy, visit.person.id, visit.now)


async def case(visit: Visit) -> Response:
    """Show the case. With `after=ROW` wait for that row, and say so if it is not there yet."""
    opened = await open_case(visit)
    number = visit.request.path_params["number"]
    if opened is None:
        return missing(visit, number)
    found = opened.case
    if found.case_id != number:
        return RedirectResponse(f"/cases/{found.case_id}", 303)
    after = visit.request.query_params.get("after", "")
    not_yet = after.isdecimal() and found.seq < int(after)
    if not_yet and await visit.reader.shows(found.case_id, int(after)):
        return await case(visit)
    rows = visit.request.query_params.get("rows", "")
    all_rows = happenings(found, opened.events, visit)
    chosen = [row for row in all_rows if rows in {"", "all", row.of}]
    clocks = clocks_of(found, opened.events, visit)
    chances = await seeker_of(visit).all(found)
    return page(
        visit,
        "case.html",
        case=found,
        clocks=clocks,
        light=_light(found, clocks),
        large=_large(clocks),
        parts=found.parts[::-1],
        papers=papers_of(opened.events),
        part_clocks={clock.id: clock for clock in clocks},
        chances=chances,
        **_acts(visit, found, chances),
        rows=chosen if rows else chosen[:_ROWS],
        shown=rows,
        counts={of: sum(1 for row in all_rows if row.of is of) for of in Of},
        all_rows=len(all_rows),
        kept_files=await _kept_files(visit, found.case_id),
        small_kinds=DRAWN,
        not_yet=after if not_yet else "",
        recorded=_recorded(visit, opened, after),
        has_map=any(shape.grid == found.plan.grid for shape in visit.policy.shapes),
        signers=signers_of(visit, found),
        first_signed=[visit.names.person(each) for each in found.signatures],
        asked=_asked(opened, all_rows),
        # No case is erased before it has ended: of the others no one has to ask.
        erased=await visit.reader.erased(found.case_id) if found.stage in ENDED_STAGES else None,
        **await masked_reporter(visit, found.case_id),
    )


def _recorded(visit: Visit, opened: ReadableCase, after: str) -> RecordedAct | None:
    """Return what the person has just done, if the address names its row."""
    return recorded_of(visit, opened.events, int(after)) if after.isdecimal() else None


def _asked(opened: ReadableCase, rows: Sequence[Happening]) -> dict[str, Happening]:
    """Return what each part asks for, by its id: the row that opened it."""
    by_row = {row.seq: row for row in rows}
    return {
        event.fact.part: by_row[event.seq]
        for event in opened.events
        if isinstance(event.fact, PartOpened) and not by_row[event.seq].withheld
    }


async def _kept_files(visit: Visit, case_id: str) -> frozenset[str]:
    """Return the digests of the files of the case that are kept here; () while they are away."""
    media = visit.context.media
    if media is None:
        return frozenset()
    try:
        return frozenset(name.partition(".")[0] for name in await media.names(case_id))
    except Unavailable as error:
        log.warning("console.files_away", detail=str(error))
        return frozenset()


def _acts(visit: Visit, found: Case, chances: Chances) -> dict[str, Any]:
    """Return the acts in groups, and the form of the likeliest one."""
    first = likeliest(found, chances.now)
    groups = grouped([offer for offer in chances.now if offer is not first])
    options = OptionNames(visit.names)
    widgets = ActForm(visit.policy, found, first, options).widgets() if first else []
    return {
        "groups": groups,
        "first": first,
        "first_widgets": widgets,
        "first_id": visit.context.new_id(),
    }


def _large(clocks: Sequence[ClockView]) -> tuple[str, ...]:
    """Return the clocks that the page shows in full: both promises, and each that is late; the
    first one of the others while no unit has the case.
    """
    promises = [clock.id for clock in clocks if clock.id in PROMISES]
    others = [clock for clock in clocks if clock.id not in PROMISES]
    late = [clock.id for clock in others if clock.is_late]
    alone = len(promises) < len(PROMISES) and not late
    return (*promises, *late, *(clock.id for clock in others[: int(alone)]))


def _light(found: Case, clocks: Sequence[ClockView]) -> str:
    """Return the light of the worst running clock; "" once the case is over."""
    if found.closed_at is not None or found.stage.is_final:
        return ""
    if found.suspended_until is not None or found.merged_into is not None:
        return "grey"
    order = ("red", "amber", "green", "grey")
    return min((clock.light for clock in clocks), key=order.index, default="grey")
