"""The sessions of the person: which there are, and an end for those that should not be."""

from starlette.responses import RedirectResponse, Response

from console.desk.context import Visit
from console.desk.pages.failures import foreign
from console.desk.rendering import page


async def sessions(visit: Visit) -> Response:
    """Show where the person is signed in."""
    own = visit.session
    found = await visit.context.sessions.of_person(own.tenant, own.person, visit.now)
    return page(visit, "sessions.html", sessions=found)


async def end(visit: Visit) -> Response:
    """End one session of the person, or all but this one."""
    async with visit.request.form(max_files=0, max_fields=8) as form:
        token, which = form.get("token"), str(form.get("which", ""))
    if token != visit.form_token:
        return foreign(visit)
    own, kept = visit.session, visit.context.sessions
    if which == "others":
        await kept.end_others(own.tenant, own.person, own.id, visit.now)
    else:
        await kept.end_one(own.tenant, own.person, which, visit.now)
    return RedirectResponse("/sessions", 303)
