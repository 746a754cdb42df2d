"""Giving an act to a case: the form on a page of its own, and what becomes of it."""

from dataclasses import dataclass

import structlog
from starlette.responses import RedirectResponse, Response

from console.desk.acts import ACTS, fields_of
from console.desk.context import Visit
from console.desk.forms import ActForm, NotFilled, OptionNames, Typed
from console.desk.offers import Offer
from console.desk.pages.case import ReadableCase, open_case, seeker_of
from console.desk.pages.failures import foreign, missing
from console.desk.rendering import page
from console.desk.requests import requests_of
from console.desk.timeline import happenings
from console.desk.uploads import TooLarge, Uploaded, stored
from domain.complaints import Evidence
from schemas.commands import NotTaken
from schemas.intake import CaseSilent, Unavailable

log = structlog.stdlib.get_logger()

_HARMLESS = frozenset({"comment", "supplement", "progress"})
"""Acts that a person may give without having seen the latest rows."""
_MOST_FIELDS, _MOST_FILES = 400, 20


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a form brought besides the fields of the act. `seq`: the last row it shows."""

    id: str
    seq: int
    token: str
    typed: Typed


async def form(visit: Visit) -> Response:
    """Show the form of one act on a page of its own, for those who came by a notice or a link."""
    opened, kind = await open_case(visit), visit.request.path_params["kind"]
    if opened is None or kind not in ACTS:
        return missing(visit, visit.request.path_params["number"])
    offer = await offered(visit, opened, kind)
    if isinstance(offer, Response):
        return offer
    typed = _addressed(visit, kind)
    return await _page(visit, opened, offer, typed, visit.context.new_id())


def _addressed(visit: Visit, kind: str) -> Typed:
    """Return the fields that the address of the form fills in, as links from a list do."""
    given = visit.request.query_params
    return Typed({each.name: given.getlist(each.name) for each in fields_of(kind)})


async def give(visit: Visit) -> Response:
    """Give the act, once however often the form is sent; then go to the case as it is after it."""
    opened, kind = await open_case(visit), visit.request.path_params["kind"]
    if opened is None or kind not in ACTS:
        return missing(visit, visit.request.path_params["number"])
    try:
        sent = await _sent(visit, opened, kind)
    except TooLarge as error:
        offer = await offered(visit, opened, kind)
        if isinstance(offer, Response):
            return offer
        return await _page(
            visit, opened, offer, Typed(), visit.context.new_id(), wrong={error.name: "too_large"}
        )
    if sent.token != visit.form_token:
        return foreign(visit)
    offer = await offered(visit, opened, kind, command_id=sent.id)
    if isinstance(offer, Response):
        return offer
    return await _give(visit, opened, offer, sent)


async def _give(visit: Visit, opened: ReadableCase, offer: Offer, sent: _Sent) -> Response:
    found, again = opened.case, visit.request.query_params.get("still") == "1"
    if sent.seq < found.seq and offer.kind not in _HARMLESS and not again:
        since = [row for row in happenings(found, opened.events, visit) if row.seq > sent.seq]
        if found.answer(sent.id) is None:  # else it was given before, and has its answer
            return await _page(visit, opened, offer, sent.typed, sent.id, status=409, since=since)
    try:
        message = _form(visit, opened, offer).message(sent.typed, sent.id)
    except NotFilled as error:
        return await _page(visit, opened, offer, sent.typed, sent.id, status=422, wrong=error.wrong)
    try:
        answer = await visit.context.commands.give(visit.policy.tenant, found.case_id, message)
    except NotTaken as error:
        refused = (error.code, str(error), error.seq)
        new = visit.context.new_id()
        return await _page(visit, opened, offer, sent.typed, new, status=409, refused=refused)
    except (CaseSilent, Unavailable) as error:
        log.warning("console.not_recorded", detail=str(error))
        return await _page(visit, opened, offer, sent.typed, sent.id, status=503, unrecorded=True)
    return RedirectResponse(f"/cases/{found.case_id}?after={answer.seq}", 303)


async def offered(
    visit: Visit, opened: ReadableCase, kind: str, *, command_id: str = ""
) -> Offer | Response:
    """Return the act as the person may give it; a page that says why not, if they may not now.

    A command that was given before is answered as before, whatever has become of the case since.
    """
    seeker = seeker_of(visit)
    if (offer := await seeker.one(opened.case, kind)) is not None:
        return offer
    if command_id and (before := opened.case.answer(command_id)) is not None:
        return RedirectResponse(f"/cases/{opened.case.case_id}?after={before.seq}", 303)
    found = await seeker.all(opened.case)
    why = next((each for each in found.not_now if each.kind == kind), None)
    return page(visit, "not_now.html", 409, case=opened.case, kind=kind, why=why, chances=found)


def _form(visit: Visit, opened: ReadableCase, offer: Offer) -> ActForm:
    return ActForm(visit.policy, opened.case, offer, OptionNames(visit.names))


async def _page(
    visit: Visit,
    opened: ReadableCase,
    offer: Offer,
    typed: Typed,
    command_id: str,
    *,
    status: int = 200,
    wrong: dict[str, str] | None = None,
    since: object = (),
    refused: tuple[str, str, int | None] | None = None,
    unrecorded: bool = False,
) -> Response:
    widgets = _form(visit, opened, offer).widgets(typed, wrong)
    asked = []
    if offer.kind == "answer":
        asked = await requests_of(opened.case, opened.events, visit, seeker_of(visit))
    return page(
        visit,
        "act.html",
        status,
        case=opened.case,
        kind=offer.kind,
        widgets=widgets,
        requests=[each for each in asked if each.part.id in (typed.of("part") or offer.parts)],
        wrong=wrong or {},
        files=typed.files,
        command_id=command_id,
        since=since,
        refused=refused,
        unrecorded=unrecorded,
    )


async def _sent(visit: Visit, opened: ReadableCase, kind: str) -> _Sent:
    """Read the form and store its files. Raises TooLarge."""
    of_files = {each.name for each in fields_of(kind) if each.each is Evidence}
    texts = dict[str, list[str]]()
    uploads = list[Uploaded]()
    async with visit.request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                texts.setdefault(name, []).append(value)
            elif name in of_files and value.filename:
                content = await value.read()
                uploads.append(Uploaded(name, value.filename, content))
    token, command = texts.pop("token", [""])[0], texts.pop("id", [""])[0]
    [seq] = texts.pop("seq", ["0"])[:1]
    if token != visit.form_token:
        return _Sent(command, 0, token, Typed())
    files = await stored(visit.context.media, opened.case.case_id, uploads, texts)
    return _Sent(command, int(seq) if seq.isdecimal() else 0, token, Typed(texts, files))
