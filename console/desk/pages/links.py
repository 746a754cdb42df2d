"""Giving a one-time link to an outside party: the link is shown once, and kept nowhere."""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from starlette.responses import RedirectResponse, Response

from console.desk.context import Visit
from console.desk.forms import NotFilled, Typed, moment_typed
from console.desk.offers import Offer
from console.desk.pages.acts import offered
from console.desk.pages.case import ReadableCase, open_case, read_case
from console.desk.pages.failures import foreign, missing
from console.desk.rendering import page
from domain.case.outside_links import digest_of, proof_of, token_of
from domain.case.task_links.acts import GiveLink
from schemas.commands import CommandMessage, NotTaken
from schemas.intake import CaseSilent, Unavailable

log = structlog.stdlib.get_logger()

KIND = "give_link"
_DAYS = timedelta(days=3)
_SECRET_BYTES = 24
_MOST_FIELDS = 20


async def form(visit: Visit) -> Response:
    """Show for which task a link can be given, and ask until when it may be used."""
    opened = await open_case(visit)
    if opened is None:
        return missing(visit, visit.request.path_params["number"])
    offer = await offered(visit, opened, KIND)
    if isinstance(offer, Response):
        return offer
    ends = (visit.now + _DAYS).astimezone(visit.moments.zone)
    typed = Typed({"until.date": [f"{ends:%Y-%m-%d}"], "until.time": [f"{ends:%H:%M}"]})
    return _page(visit, opened, offer, typed, visit.context.new_id())


async def give(visit: Visit) -> Response:
    """Give the link, and show it. The same form again shows the same one."""
    opened = await open_case(visit)
    if opened is None:
        return missing(visit, visit.request.path_params["number"])
    texts = dict[str, list[str]]()
    async with visit.request.form(max_files=0, max_fields=_MOST_FIELDS) as sent:
        for name, value in sent.multi_items():
            texts.setdefault(name, []).append(str(value))
    if texts.pop("token", [""])[0] != visit.form_token:
        return foreign(visit)
    id_, typed = texts.pop("id", [""])[0], Typed(texts)
    offer = await offered(visit, opened, KIND, command_id=id_)
    if isinstance(offer, Response):
        return offer
    try:
        part, until = _said(visit, opened, offer, typed)
    except NotFilled as error:
        return _page(visit, opened, offer, typed, id_, status=422, wrong=error.wrong)
    return await _given(visit, opened, offer, typed, id_, part=part, until=until)


async def _given(
    visit: Visit,
    opened: ReadableCase,
    offer: Offer,
    typed: Typed,
    id_: str,
    *,
    part: str,
    until: datetime,
) -> Response:
    case_id = opened.case.case_id
    [party, *_] = _parties(opened, part)
    token = token_of(case_id, part, _secret(visit, id_))
    digest = digest_of(proof_of(token))
    act = GiveLink(part=part, party=party, sha256=digest, until=until)
    message = CommandMessage(id=id_, actor=offer.actor, act=act)
    try:
        answer = await visit.context.commands.give(visit.policy.tenant, case_id, message)
    except NotTaken as error:
        refused, new = (error.code, str(error), error.seq), visit.context.new_id()
        return _page(visit, opened, offer, typed, new, status=409, refused=refused)
    except (CaseSilent, Unavailable) as error:
        log.warning("console.not_recorded", detail=str(error))
        return _page(visit, opened, offer, typed, id_, status=503, unrecorded=True)
    now = await read_case(visit, case_id)
    if now is None or not any(link.sha256 == digest for link in now.case.task_links or ()):
        # An earlier session has sent this form: its link was shown there, and is another one.
        return RedirectResponse(f"/cases/{case_id}?after={answer.seq}", 303)
    url = f"{visit.request.url.replace(path=f'/task/{token}', query='', fragment='')}"
    if visit.context.secure:
        url = url.replace("http:", "https:", 1)
    return page(visit, "link.html", case=opened.case, url=url, party=party, part=part, until=until)


def _secret(visit: Visit, id_: str) -> str:
    """Return the secret of the link: that of the session makes it, and only the form again."""
    made = sha256(f"link {visit.secret} {id_}".encode()).digest()[:_SECRET_BYTES]
    return urlsafe_b64encode(made).decode().rstrip("=")


def _said(visit: Visit, opened: ReadableCase, offer: Offer, typed: Typed) -> tuple[str, datetime]:
    """Return the task and the moment that were chosen. Raises NotFilled."""
    wrong: dict[str, str] = {}
    [part] = typed.of("part")[:1] or ("",)
    if part not in offer.parts or not _parties(opened, part):
        wrong["part"] = "missing"
    until = None
    try:
        until = moment_typed(typed, "until", visit.moments.zone)
    except ValueError as error:
        wrong["until"] = str(error)
    if until is None:
        wrong.setdefault("until", "missing")
    if wrong or until is None:
        raise NotFilled(wrong)
    return part, until


def _parties(opened: ReadableCase, name: str) -> tuple[str, ...]:
    part = opened.case.part(name)
    return part.units if part else ()


def _page(
    visit: Visit,
    opened: ReadableCase,
    offer: Offer,
    typed: Typed,
    id_: str,
    *,
    status: int = 200,
    wrong: dict[str, str] | None = None,
    refused: tuple[str, str, int | None] | None = None,
    unrecorded: bool = False,
) -> Response:
    parties = {part: map(visit.names.unit, _parties(opened, part)) for part in offer.parts}
    return page(
        visit,
        "give_link.html",
        status,
        case=opened.case,
        kind=KIND,
        tasks=[(part, "、".join(units)) for part, units in parties.items()],
        typed=typed,
        wrong=wrong or {},
        command_id=id_,
        refused=refused,
        unrecorded=unrecorded,
    )
