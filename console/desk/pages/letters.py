"""Papers to print: the sheet of a case, its letters, circulars and minutes. Each is one A4 page."""

from starlette.responses import Response

from console.desk.case_clocks import clocks_of
from console.desk.context import Visit
from console.desk.letters import paper_of
from console.desk.pages.case import open_case
from console.desk.pages.failures import missing
from console.desk.rendering import page
from console.desk.timeline import Of, happenings
from domain.case.access import reads_duty

_ROWS = 10
"""Rows of the sheet: more of them would need a second page."""
_TEXT = 400


async def sheet(visit: Visit) -> Response:
    """Show the case on one page: what is asked, who has it until when, and what happened last."""
    opened = await open_case(visit)
    if opened is None:
        return missing(visit, visit.request.path_params["number"])
    found = opened.case
    rows = [row for row in happenings(found, opened.events, visit) if row.of is Of.WORK]
    text = found.plan.complaint.text
    return page(
        visit,
        "sheet.html",
        case=found,
        clocks=clocks_of(found, opened.events, visit),
        parts=[part for part in found.parts if part.is_open],
        rows=rows[:_ROWS],
        all_rows=len(opened.events),
        said=text if len(text) <= _TEXT else text[:_TEXT] + "…",
    )


async def paper(visit: Visit) -> Response:
    """Show a letter, a circular or minutes, as it was when it was written."""
    opened, id_ = await open_case(visit), visit.request.path_params["paper"]
    reach = visit.reach
    found = opened and paper_of(
        opened.events,
        id_,
        inquires=reads_duty(reach, opened.case),
        units=None if reach.whole_tenant else reach.units,
    )
    if not found:
        return missing(visit, id_)
    return page(visit, f"{found.name.kind}.html", paper=found, case=found.case)
