"""One act for many cases: the last look before it, and what became of each case after it."""

from collections.abc import Mapping
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from console.desk.bulk import Selection, all_of, kinds_of, moment_of, picked
from console.desk.context import Visit
from console.desk.forms import ActForm, NotFilled, Typed
from console.desk.lists import BadQuery, list_of
from console.desk.offers import Offer
from console.desk.option_names import OptionNames
from console.desk.pages.failures import bad_query, foreign, missing
from console.desk.rendering import page
from domain.case.actors import actor_of_person
from schemas.bulk_acts import MOST_CASES, BulkAct, BulkItem, BulkState

_MOST_FIELDS = MOST_CASES + 40
_UNREADABLE = "unreadable"


async def review(visit: Visit) -> Response:
    """Show which cases the act would be given to, and its form. Nothing happens yet."""
    params = visit.request.query_params
    kind = params.get("act", "")
    if kind not in kinds_of(visit):
        return missing(visit, kind)
    try:
        query, at = list_of(params.get("list", ""), visit), moment_of(params.get("at", ""), visit)
    except BadQuery as error:
        return bad_query(visit, str(error))
    if params.get("scope") == "all":
        selection, listed = await all_of(query, at, visit), params.get("number", "")
    else:
        selection, listed = await picked(query, at, params.getlist("case"), visit), ""
    return _review(visit, kind, selection, Typed(), visit.context.new_id(), listed=listed)


async def give(visit: Visit) -> Response:
    """Begin the act for these cases, once however often the form is sent, and show how it goes."""
    texts = dict[str, list[str]]()
    async with visit.request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
        for name, value in form.multi_items():
            texts.setdefault(name, []).append(str(value))
    if texts.pop("token", [""])[0] != visit.form_token:
        return foreign(visit)
    kind, id_ = texts.pop("act", [""])[0], texts.pop("id", [""])[0]
    cases = list(dict.fromkeys(texts.pop("of", [])))
    if kind not in kinds_of(visit) or not _is_uuid(id_):
        return missing(visit, kind)
    try:
        query = list_of(texts.pop("list", [""])[0], visit)
        at = moment_of(texts.pop("at", [""])[0], visit)
    except BadQuery as error:
        return bad_query(visit, str(error))
    readable = {row.case_id for row in await visit.reader.readable(cases)}
    typed = Typed(texts)
    try:
        message = _form(visit, kind).message(typed, id_)
    except NotFilled as error:
        selection = await picked(query, at, cases, visit)
        return _review(visit, kind, selection, typed, id_, wrong=error.wrong)
    if not cases or len(cases) > MOST_CASES:
        return _review(visit, kind, await picked(query, at, cases, visit), typed, id_)
    bulk = BulkAct(
        id_,
        visit.policy.tenant,
        visit.person.id,
        kind,
        message.model_dump_json(),
        str(query),
        visit.now,
    )
    await visit.context.bulk_acts.begin(bulk, [_item(case, readable) for case in cases])
    return RedirectResponse(f"/batches/{id_}?wait=1", 303)


async def result(visit: Visit) -> Response:
    """Show what became of each case. Only the person who gave the act sees it."""
    id_, wait = visit.request.path_params["id"], "wait" in visit.request.query_params
    acts, tenant = visit.context.bulk_acts, visit.policy.tenant
    found = await acts.find(id_, tenant, visit.person.id, wait=wait)
    if found is None:
        return missing(visit, id_)
    bulk, items = found
    rows = {row.case_id: row for row in await visit.reader.readable([i.case_id for i in items])}
    return page(
        visit,
        "batch.html",
        bulk=bulk,
        rows=rows,
        groups={state: [item for item in items if item.state is state] for state in BulkState},
        number=len(items),
    )


def _review(
    visit: Visit,
    kind: str,
    selection: Selection,
    typed: Typed,
    id_: str,
    *,
    wrong: Mapping[str, str] | None = None,
    listed: str = "",
) -> Response:
    """Show the form. `listed`: how many cases the list had when its page was opened."""
    possible = bool(selection.rows) and not selection.and_more
    return page(
        visit,
        "bulk.html",
        200 if possible and not wrong else 422,
        kind=kind,
        selection=selection,
        widgets=_form(visit, kind).widgets(typed, wrong) if possible else [],
        wrong=wrong or {},
        command_id=id_,
        possible=possible,
        most=MOST_CASES,
        listed=listed if listed.isdecimal() and int(listed) != len(selection.rows) else "",
    )


def _form(visit: Visit, kind: str) -> ActForm:
    actor = actor_of_person(visit.policy, visit.person.id, visit.now, kind=kind)
    return ActForm(visit.policy, None, Offer(kind, actor), OptionNames(visit.names))


def _item(case: str, readable: set[str]) -> BulkItem:
    if case in readable:
        return BulkItem(case)
    return BulkItem(case, BulkState.REFUSED, _UNREADABLE)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
