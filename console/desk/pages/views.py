"""Named lists: a person names a list for themselves, the head of a unit also for its people."""

from starlette.responses import RedirectResponse, Response

from console.desk.context import Visit
from console.desk.lists import BadQuery, Query, list_of
from console.desk.pages.failures import bad_query, foreign
from console.desk.rendering import page
from domain.vocabulary import Role
from schemas.saved_views import LONGEST_NAME, MOST_VIEWS, SavedView
from schemas.texts import is_invisible

_MOST_FIELDS = 12
_ONE, _UNIT = "one", "unit"


async def views(visit: Visit) -> Response:
    """Show the views that the person sees, and a form that names the list of the address."""
    try:
        query = list_of(visit.request.query_params.get("list", ""), visit)
    except BadQuery as error:
        return bad_query(visit, str(error))
    return await _page(visit, query)


async def save(visit: Visit) -> Response:
    """Name a list, once however often the form is sent; then go to it."""
    texts = await _texts(visit)
    if texts.get("token") != visit.form_token:
        return foreign(visit)
    try:
        query = list_of(texts.get("list", ""), visit)
    except BadQuery as error:
        return bad_query(visit, str(error))
    name, whose = texts.get("name", "").strip(), texts.get("whose", _ONE)
    if is_invisible(name) or len(name) > LONGEST_NAME or not name.isprintable():
        return await _page(visit, query, typed=name, whose=whose, wrong="name")
    if whose == _UNIT and not is_head(visit):
        return await _page(visit, query, typed=name, wrong="whose")
    view = SavedView(
        id=texts.get("id") or visit.context.new_id(),
        tenant=visit.policy.tenant,
        person=visit.person.id,
        unit=visit.person.unit if whose == _UNIT else None,
        name=name,
        query=str(query),
        made_at=visit.now,
    )
    if not await visit.context.views.save(view):
        return await _page(visit, query, typed=name, whose=whose, wrong="too_many")
    return RedirectResponse(f"/cases?{query}", 303)


async def delete(visit: Visit) -> Response:
    """Delete a view of the person's own, or as its head one of the unit."""
    texts = await _texts(visit)
    if texts.get("token") != visit.form_token:
        return foreign(visit)
    units = [visit.person.unit] if is_head(visit) else []
    tenant, id_ = visit.policy.tenant, visit.request.path_params["id"]
    await visit.context.views.delete(id_, tenant, visit.person.id, units)
    return RedirectResponse("/views", 303)


def is_head(visit: Visit) -> bool:
    """Return whether the person may name lists for the unit; a deputy of its head may not."""
    return Role.UNIT_HEAD in visit.person.roles


async def _page(
    visit: Visit, query: Query, *, typed: str = "", whose: str = _ONE, wrong: str = ""
) -> Response:
    found = await visit.context.views.of(visit.policy.tenant, visit.person.id, visit.reach.units)
    head = is_head(visit)
    return page(
        visit,
        "views.html",
        422 if wrong else 200,
        query=query,
        views=found,
        deletable={v.id for v in found if v.unit is None or (head and v.unit == visit.person.unit)},
        head=head,
        typed=typed,
        whose=whose,
        wrong=wrong,
        new_id=visit.context.new_id(),
        longest=LONGEST_NAME,
        most=MOST_VIEWS,
    )


async def _texts(visit: Visit) -> dict[str, str]:
    async with visit.request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
        return {name: str(value) for name, value in form.multi_items()}
