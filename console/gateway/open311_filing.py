"""Reports of citizens over Open311 GeoReport v2: each becomes a complaint event."""

import asyncio
import json
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from console.gateway.answers import HttpRefusal
from console.gateway.clients import Client
from console.gateway.context import GatewayContext
from console.gateway.events import media_type
from console.gateway.open311_access import category_of, no_key, policy_of, refuse, token_of
from console.gateway.open311_forms import FORM, Form, complaint_of, form_of, in_its_words
from console.gateway.open311_texts import answer
from console.gateway.ports import EventMessage
from domain.complaints import case_id_of
from schemas.events.complaint import FILED
from schemas.intake import Unavailable
from schemas.notations import moment_of

_SECONDS_TO_LOOK_BACK = 1.0
_STRUCTURED = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)


async def file(context: GatewayContext, request: Request) -> Response:
    """File a report as a complaint event; answer 200 once the broker has it. Raises HttpRefusal.

    The order matters: without a token in the header the body is read before the client is known,
    so such requests share one bucket until then.
    """
    kind = media_type(request)
    given = token_of(request)
    client = None
    if given:
        client = context.admit(request, given, refuse=no_key)
    else:
        context.admit_anonymous()  # the key may be in the form
    form = form_of(await context.body(request), kind or FORM)
    if client is None:
        client = context.admit(request, form.get("api_key"), refuse=no_key)
    policy = policy_of(context, client, form.get("jurisdiction_id"))
    if not form.get("service_code"):
        refuse("service_code: is missing; GET services lists them")
    category = category_of(policy, form.get("service_code"))
    key = request.headers.get("idempotency-key", "")
    number = key or context.new_id()
    case_id = case_id_of(client.tenant, client.source, number)
    reported_at = _stated(form)
    # A repetition must give the same bytes. Without a key it has a new id and is another report.
    if reported_at is None and key:
        before = await _first_made(context, client, case_id)
        reported_at = context.moments.keep(case_id, before or context.now())
    event = {
        "specversion": "1.0",
        "type": FILED,
        "source": client.source,
        "id": number,
        "data": complaint_of(
            form, client, category, number=number, reported_at=reported_at or context.now()
        ),
    }
    try:
        message = EventMessage(json.dumps(event, ensure_ascii=False).encode(), _STRUCTURED)
        checked = context.check(client, message)
    except UnicodeEncodeError:
        raise HttpRefusal(
            400, "not_utf8", "a text has half of a surrogate pair; correct it"
        ) from None
    except HttpRefusal as refusal:
        raise HttpRefusal(refusal.status, refusal.reason, in_its_words(refusal.detail)) from None
    await context.send(checked, message)
    request.state.log_fields = {"case_id": case_id, "event_id": number}
    document = {"service_request_id": case_id, "service_notice": _notice(form), "account_id": None}
    response = answer("service_requests", [document], str(request.path_params["format"]))
    response.headers["Idempotency-Key"] = number
    return response


async def _first_made(context: GatewayContext, client: Client, case_id: str) -> datetime | None:
    """Return when the same report was made first, or None. Never raises.

    With another time, a repetition would be a conflict instead of a duplicate.
    """
    known = context.moments.known(case_id)
    if known is not None:
        return known
    try:
        async with asyncio.timeout(_SECONDS_TO_LOOK_BACK):
            found = await context.cases.find(client.tenant, case_id)
    except (Unavailable, TimeoutError):
        return None  # filing does not depend on the database
    return found.case.plan.complaint.reported_at if found else None


def _stated(form: Form) -> datetime | None:
    said = form.get("requested_datetime")
    if not said:
        return None
    try:
        return moment_of(said)
    except ValueError as error:
        refuse(f"requested_datetime: {error}")


def _notice(form: Form) -> str:
    notice = "已收到，可凭编号查询。 Received: ask for it by its number."
    if not_kept := form.not_kept:
        notice += f" Not kept: {', '.join(not_kept)}."
    return notice
