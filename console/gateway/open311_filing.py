"""Reports of citizens over Open311 GeoReport v2: each becomes a complaint event."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from console.gateway.answers import HttpRefusal, unavailable
from console.gateway.clients import Client
from console.gateway.context import GatewayContext
from console.gateway.events import media_type
from console.gateway.moments import FirstReport
from console.gateway.open311_access import category_of, no_key, policy_of, refuse, token_of
from console.gateway.open311_forms import FORM, MULTIPART, Form, FormFile, form_of
from console.gateway.open311_identity import first_report
from console.gateway.open311_multipart import SECONDS_FOR_FILES, multipart_of
from console.gateway.open311_report import KeptFile, in_its_words, report_of
from console.gateway.open311_texts import answer
from console.gateway.pictures import ENDINGS
from console.gateway.ports import CheckedEvent, EventMessage
from domain.complaints import case_id_of
from domain.planning.grids import datum_of
from schemas.events.complaint import FILED
from schemas.intake import Unavailable
from schemas.notations import moment_of

_STRUCTURED = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
_RECEIVED = "已收到，可凭编号查询。 Received: ask for it by its number."


async def file(context: GatewayContext, request: Request) -> Response:
    """File a report as a complaint event; answer 200 once the broker has it. Raises HttpRefusal.

    Without a key in header or address the body is read before the client is known, in less time and
    room, and charged to its address until it came whole. Then its key decides: with a right one it
    is the client's request, whatever its address did.
    """
    kind = media_type(request) or FORM
    given = token_of(request)
    client = context.admit(request, given, refuse=no_key) if given else None
    address = "" if client else context.admit_body(request)
    with context.uploads.holding(
        client.name if client else address, has_key=client is not None
    ) as hold:
        form = await _form(context, request, kind, hold, has_key=client is not None)
        if client is None:
            context.forgive_body(address)
            client = context.admit(request, form.get("api_key"), refuse=no_key)
        return await _filed(context, request, client, form)


async def _form(
    context: GatewayContext,
    request: Request,
    kind: str,
    hold: Callable[[int], None],
    *,
    has_key: bool,
) -> Form:
    if kind != MULTIPART:
        return form_of(await context.body(request), kind)
    return await multipart_of(
        request,
        context.uploads,
        hold,
        most_text=context.max_bytes,
        seconds=SECONDS_FOR_FILES if has_key else context.seconds_for_body,
    )


async def _filed(context: GatewayContext, request: Request, client: Client, form: Form) -> Response:
    policy = policy_of(context, client, form.get("jurisdiction_id"))
    if not form.get("service_code"):
        refuse("service_code: is missing; GET services lists them")
    category = category_of(policy, form.get("service_code"))
    key = _key_of(request)
    first = await first_report(context, client, form, key=key, stated=_stated(form))
    case_id = case_id_of(client.tenant, client.source, first.event_id)
    notes: list[str] = []
    photos = _photos(context, form, notes)
    report = report_of(
        form,
        client,
        category,
        number=first.event_id,
        reported_at=first.at,
        datum=datum_of(policy),
        files=_kept(context, case_id, photos),
    )
    checked, message = _checked(context, client, first, report.data)
    # Before the event, which names them; after the check, so that no refused report leaves any.
    await _store(context, case_id, photos)
    await context.send(checked, message)
    request.state.log_fields = {"case_id": case_id, "event_id": first.event_id}
    notice = " ".join([_RECEIVED, *notes, *report.notes])
    code = await context.code_of(checked)
    document = {
        "service_request_id": case_id,
        "service_notice": notice,
        "account_id": None,
        **({"follow_code": code} if code else {}),
    }
    response = answer("service_requests", [document], str(request.path_params["format"]))
    response.headers["Idempotency-Key"] = first.event_id
    return response


def _key_of(request: Request) -> str:
    """Return the Idempotency-Key, or "". Raises HttpRefusal unless everyone reads it alike."""
    given = set(request.headers.getlist("idempotency-key"))
    if len(given) > 1:
        refuse("Idempotency-Key: is given twice with different values; send it once")
    key = given.pop() if given else ""
    # Bytes beyond ASCII have no agreed meaning in a header: the same key would be two identities.
    if not key.isascii():
        refuse("Idempotency-Key: has characters beyond ASCII; use letters, digits and hyphens")
    return key


def _checked(
    context: GatewayContext, client: Client, first: FirstReport, data: Mapping[str, Any]
) -> tuple[CheckedEvent, EventMessage]:
    event = {
        "specversion": "1.0",
        "type": FILED,
        "source": client.source,
        "id": first.event_id,
        "data": data,
    }
    try:
        message = EventMessage(json.dumps(event, ensure_ascii=False).encode(), _STRUCTURED)
        return context.check(client, message), message
    except UnicodeEncodeError:
        raise HttpRefusal(
            400, "not_utf8", "a text has half of a surrogate pair; correct it"
        ) from None
    except HttpRefusal as refusal:
        raise HttpRefusal(refusal.status, refusal.reason, in_its_words(refusal.detail)) from None


def _photos(context: GatewayContext, form: Form, notes: list[str]) -> dict[str, FormFile]:
    """Return the photos that are stored, by name; say of the others why they are not."""
    limits = context.uploads.limits
    if form.files and context.media is None:
        notes.append("media: no photos are stored here; name them by media_url.")
        return {}
    pictures = [each for each in form.files if each.media_type]
    if len(pictures) < len(form.files):
        known = ", ".join(sorted(name.upper() for name in ENDINGS.values()))
        notes.append(f"media: files that are no pictures are not kept; send {known}.")
    small = [each for each in pictures if len(each.content) <= limits.file_bytes]
    if len(small) < len(pictures):
        notes.append(f"media: photos of more than {limits.file_bytes} bytes are not kept.")
    found = {f"{each.sha256}.{ENDINGS[each.media_type or '']}": each for each in small}
    if len(found) > limits.files:
        notes.append(f"media: the first {limits.files} photos are kept.")
    return dict([*found.items()][: limits.files])


def _kept(context: GatewayContext, case_id: str, photos: Mapping[str, FormFile]) -> list[KeptFile]:
    if context.media is None:
        return []
    return [
        KeptFile(context.media.uri_of(case_id, name), each.sha256, each.media_type or "")
        for name, each in photos.items()
    ]


async def _store(context: GatewayContext, case_id: str, photos: Mapping[str, FormFile]) -> None:
    """Store the photos. Raises HttpRefusal 503."""
    if context.media is None or not photos:
        return
    try:
        await context.media.keep(case_id, {name: each.content for name, each in photos.items()})
    except Unavailable as error:
        raise unavailable(error.part) from None


def _stated(form: Form) -> datetime | None:
    said = form.get("requested_datetime")
    if not said:
        return None
    try:
        return moment_of(said)
    except ValueError as error:
        refuse(f"requested_datetime: {error}")
