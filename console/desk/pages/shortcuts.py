"""Which keys do what on the pages; a person switches them off, or on again, for every browser."""

from starlette.responses import RedirectResponse, Response

from console.desk.context import Visit
from console.desk.pages.failures import foreign
from console.desk.rendering import page


async def shortcuts(visit: Visit) -> Response:
    """Show the keys, and a form that switches them off or on."""
    return page(visit, "shortcuts.html")


async def switch(visit: Visit) -> Response:
    """Switch the keys off or on, for this person."""
    async with visit.request.form(max_files=0, max_fields=8) as form:
        token, use = form.get("token"), form.get("use") == "yes"
    if token != visit.form_token:
        return foreign(visit)
    own = visit.session
    await visit.context.sessions.use_shortcuts(own.tenant, own.person, use=use)
    return RedirectResponse("/shortcuts", 303)
