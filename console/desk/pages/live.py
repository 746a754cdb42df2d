"""What open pages ask by script: hints of changes, and whether a list is as they show it."""

from starlette.responses import JSONResponse, Response, StreamingResponse

from console.desk.bodies import wants_head
from console.desk.context import Visit
from console.desk.lists import BadQuery, query_of, wanted_by
from console.desk.sign_in import person_of
from store.errors import StoreUnavailable

_SHOWN = 200


async def live(visit: Visit) -> Response:
    """Stream hints to one page."""
    hub = visit.context.live
    if hub is None:
        return Response(status_code=204)  # which tells a browser not to ask again
    if wants_head(visit.request):  # asks for no stream
        return Response(media_type="text/event-stream")
    again = "last-event-id" in visit.request.headers or "again" in visit.request.query_params
    return StreamingResponse(
        hub.stream(visit.reach, visit.session.id, again=again, lasts=lambda: _lasts(visit)),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _lasts(visit: Visit) -> bool:
    """Return whether the session is not over, nor its person out of the roster."""
    context, own = visit.context, visit.session
    if person_of(context, own.tenant, own.person) is None:
        return False
    try:
        return await context.sessions.find(own.id, context.now(), touch=False) is not None
    except StoreUnavailable:
        return True  # as all pages, it waits for the database


async def changed(visit: Visit) -> Response:
    """Say how many rows of a list differ from those that a page shows (`shown=NUMBER:ROW,...`)."""
    params = visit.request.query_params
    try:
        query = query_of(params, visit)
    except BadQuery as error:
        return JSONResponse({"error": str(error)}, 400)
    [listed] = await visit.reader.lists([wanted_by(query, visit)], visit.now)
    shown = set(params.get("shown", "").split(",")[:_SHOWN]) - {""}
    now = {f"{row.case_id}:{row.seq}" for row in listed.page.rows}
    differing = {each.partition(":")[0] for each in now ^ shown}
    return JSONResponse({"changed": len(differing)})
