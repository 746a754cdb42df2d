"""/task-links: an outside party reports on one task by a one-time link, without an account.

What comes is handed to the broker as an act on the case, whose rules decide
(domain/case/task_links/). It needs the database: a link of which the case knows nothing is refused
here, so that guesses fill no journal.
"""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.gateway.answers import HttpRefusal, invalid, unavailable
from console.gateway.attachments import must_be_references
from console.gateway.context import GatewayContext
from console.gateway.events import media_type
from console.gateway.ports import CheckedEvent, EventMessage, Invalid
from console.task_links import FoundLink, link_of, report_id_of
from domain.case.actors import TASK_LINKS
from domain.case.outside_links import LinkEnd, named_by, proof_of
from schemas.events.case_commands import COMMANDED
from schemas.intake import TAKEN, RejectReason, Unavailable

_STRUCTURED = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
_FIELDS = frozenset({"text", "evidence"})
_ENDED: Mapping[LinkEnd | None, str] = {
    None: "its time is over, or the task needs no report any more",
    LinkEnd.REVOKED: "it was revoked",
    LinkEnd.REPLACED: "another link has replaced it",
    LinkEnd.GUESSED: "a wrong token was tried too often",
}


async def report(context: GatewayContext, request: Request) -> Response:
    """Answer 202 once the broker has the report; 404 for every token that is wrong.

    The first wrong tokens of a link that is open go to the case, too, which counts them; more of
    them fill no journal. Raises HttpRefusal.
    """
    context.admit_code(request)
    media_type(request)  # refuses another character set than UTF-8
    said = _said(context, await context.body(request))
    token = request.path_params["token"]
    found = await _find(context, token)
    if found is None:
        raise _no_link()
    right = found.is_proved_by(token)
    if not found.is_open(context.now()):
        if not right:
            raise _no_link()
        return await _of_an_ended(context, found, token, said)
    if not right:
        if found.counts_tries:
            await _count(context, found, token)
        raise _no_link()
    event, message = _event(context, found, token, said)
    must_be_references(event.attachments)
    if len(event.attachments) < found.part.evidence:
        needed = f"data.evidence: this task needs {found.part.evidence} files; name as many"
        raise HttpRefusal(400, "invalid_request", needed)
    try:
        await context.send(event, message)
    except HttpRefusal as refusal:
        if refusal.status != 400:  # noqa: PLR2004
            raise
        # Of several reports at once the case takes one; the others are told what later ones are.
        now = await _find(context, token)
        if now is None or now.is_open(context.now()) or not now.is_proved_by(token):
            raise
        return await _of_an_ended(context, now, token, said)
    request.state.log_fields = {"case_id": found.case_id, "event_id": event.event_id}
    return JSONResponse(_answer(found), 202)


def _said(context: GatewayContext, body: bytes) -> dict[str, Any]:
    """Return the report. Raises HttpRefusal 400 for what is none; the case looks at the rest."""
    try:
        said = context.read_json(body)
    except Invalid as error:
        raise HttpRefusal(400, error.reason, f"the body is no report: {error.detail}") from None
    if not isinstance(said, dict) or not isinstance(said.get("text"), str):
        detail = 'the body is no report; send {"text": "...", "evidence": [...]} as JSON'
        raise HttpRefusal(400, "invalid_request", detail)
    if unknown := sorted(said.keys() - _FIELDS):
        named = ", ".join(name for name in unknown if name.isidentifier()) or "a field"
        raise HttpRefusal(400, "invalid_request", f"{named}: is not known here; leave it out")
    return said


async def _find(context: GatewayContext, token: str) -> FoundLink | None:
    """Return the latest link of the task that a token names, whether the token is right or not."""
    named = named_by(token)
    if named is None:
        return None
    case_id, name = named
    for tenant in context.policies:
        try:
            snapshot = await context.cases.find(tenant, case_id)
        except Unavailable as error:
            raise unavailable(error.part) from None
        found = link_of(snapshot.case if snapshot else None, name)
        if found is not None:
            return found
    return None


async def _of_an_ended(
    context: GatewayContext, found: FoundLink, token: str, said: Mapping[str, Any]
) -> Response:
    """Answer to who has the right token: this report is there, or the link takes it no more."""
    if found.link.ended is LinkEnd.USED:
        event, _ = _event(context, found, token, said)
        if await _is_taken(context, found, event):
            return JSONResponse(_answer(found))
        detail = "this link has brought a report, which is kept, and takes no other one"
        raise HttpRefusal(
            409, "conflict", f"{detail}; ask the office that gave it for another link"
        )
    why = _ENDED[found.link.ended]
    raise HttpRefusal(410, "gone", f"this link has ended: {why}; ask the office that gave it")


async def _is_taken(context: GatewayContext, found: FoundLink, event: CheckedEvent) -> bool:
    """Return whether it was this report that the link brought: the same content is one event."""
    try:
        receipts = await context.receipts.of_event(found.tenant, TASK_LINKS, event.event_id)
    except Unavailable as error:
        raise unavailable(error.part, asked=True) from None
    return any(each.outcome in TAKEN for each in receipts)


async def _count(context: GatewayContext, found: FoundLink, token: str) -> None:
    """Let the case count a wrong token, without what came with it."""
    event, message = _event(context, found, token, {"text": "a wrong token"})
    try:
        await context.send(event, message)
    except HttpRefusal as refusal:
        if refusal.status == 503:  # noqa: PLR2004 - it is not counted yet
            raise
        # Where intake has decided it before we answer, this is what it said: refused.


def _event(
    context: GatewayContext, found: FoundLink, token: str, said: Mapping[str, Any]
) -> tuple[CheckedEvent, EventMessage]:
    """Return the act of a report. The same report by the same link is the same event."""
    proof, by = proof_of(token), found.actor
    try:
        content = json.dumps(said, ensure_ascii=False, sort_keys=True)
    except RecursionError:
        raise invalid(RejectReason.TOO_DEEP, "data: is nested too deeply") from None
    event = {
        "specversion": "1.0",
        "type": COMMANDED,
        "source": TASK_LINKS,
        "id": report_id_of(token, content),
        "data": {
            "tenant": found.tenant,
            "case": found.case_id,
            "actor": {"id": by.id, "role": by.role.value, "unit": by.unit},
            "act": {"kind": "report_by_link", "part": found.part.id, "proof": proof, **said},
        },
    }
    try:
        message = EventMessage(json.dumps(event, ensure_ascii=False).encode(), _STRUCTURED)
        return context.read(message), message
    except UnicodeEncodeError:
        detail = "a text has half of a surrogate pair; correct it"
        raise HttpRefusal(400, "not_utf8", detail) from None
    except Invalid as error:
        raise invalid(error.reason, error.detail) from None


def _answer(found: FoundLink) -> dict[str, Any]:
    return {"case": found.case_id, "task": found.part.id}


def _no_link() -> HttpRefusal:
    detail = "no such link; check its address, or ask the office that gave it"
    return HttpRefusal(404, "not_found", detail)
