"""Who reported a case, behind a reason: the reading is journaled, then shown for five minutes."""

from starlette.responses import RedirectResponse, Response

from console.desk.context import Visit
from console.desk.pages.case import ReadableCase, open_case
from console.desk.pages.failures import foreign, missing
from console.desk.personal import Asked, asked, hides_itself, masked_reporter
from console.desk.rendering import page
from domain.case.access import stood_for
from domain.privacy.readings import Purpose
from schemas.intake import Reporter
from store.privacy.readings import PersonalReading, ReadingKind


async def ask(visit: Visit) -> Response:
    """Ask for the reason, for those who come by a link."""
    found = await _readable(visit)
    if found is None:
        return missing(visit, visit.request.path_params["number"])
    return await _page(visit, found[0], None)


async def reveal(visit: Visit) -> Response:
    """Show name and number. The same form sent again shows nothing: each reading has its row."""
    found = await _readable(visit)
    if found is None:
        return missing(visit, visit.request.path_params["number"])
    (opened, reporter), said = found, await asked(visit)
    if not said.ours:
        return foreign(visit)
    if said.wrong:
        return await _page(visit, opened, said, status=422)
    reading = PersonalReading(
        id=said.id or visit.context.new_id(),
        kind=ReadingKind.REPORTER,
        at=visit.now,
        tenant=visit.policy.tenant,
        person=visit.person.id,
        about=opened.case.case_id,
        purpose=Purpose(said.purpose),
        why=said.why,
        door="console",
        for_person=stood_for(visit.policy, visit.person, visit.now),
    )
    case_page = f"/cases/{opened.case.case_id}"
    if not await visit.context.readings.note(reading):
        return RedirectResponse(case_page, 303)
    return hides_itself(await _page(visit, opened, said, shown=reporter), case_page)


async def _readable(visit: Visit) -> tuple[ReadableCase, Reporter] | None:
    opened = await open_case(visit)
    if opened is None or not visit.reach.calls_back:
        return None
    reporter = await visit.reader.reporter(opened.case.case_id)
    return None if reporter is None else (opened, reporter)


async def _page(
    visit: Visit,
    opened: ReadableCase,
    said: Asked | None,
    *,
    shown: Reporter | None = None,
    status: int = 200,
) -> Response:
    return page(
        visit,
        "reveal.html",
        status,
        case=opened.case,
        shown=shown,
        said=said,
        wrong=said.wrong if said and not shown else {},
        **await masked_reporter(visit, opened.case.case_id),
    )
