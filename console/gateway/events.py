"""/events: CloudEvents 1.0 over HTTP, in binary, structured and batched mode; and receipts.

The gateway acknowledges an event once the broker has it, never before.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.gateway.answers import HttpRefusal, invalid, unavailable
from console.gateway.clients import Client
from console.gateway.context import GatewayContext, bearer
from console.gateway.ports import BrokerPosition, CheckedEvent, EventMessage, Invalid
from schemas.content_types import media_type_of
from schemas.intake import RejectReason, Unavailable

BATCH = "application/cloudevents-batch+json"
MOST_IN_A_BATCH = 100


async def take(context: GatewayContext, request: Request) -> Response:
    """Answer 202 with case number and broker position of each event. Raises HttpRefusal."""
    client = context.admit(request, bearer(request), refuse=_no_token)
    batched = media_type(request) == BATCH
    body = await context.body(request)
    if batched:
        return JSONResponse({"events": await _all(context, client, body)}, 202)
    message = EventMessage(body, headers_of(request))
    event = context.check(client, message)
    await context.must_have_reported(event)
    place = await context.send(event, message)
    request.state.log_fields = {"case_id": event.case_id, "event_id": event.event_id}
    return JSONResponse(_answer_of(event, place, await context.code_of(event)), 202)


async def receipts(context: GatewayContext, request: Request) -> Response:
    """Answer with the receipts of one event of this client, latest first. Raises HttpRefusal."""
    client = context.admit(request, bearer(request), refuse=_no_token)
    event_id = request.path_params["id"]
    try:
        found = await context.receipts.of_event(client.tenant, client.source, event_id)
    except Unavailable as error:
        raise unavailable(error.part, asked=True) from None
    if not found:
        detail = "intake has read no event with this id from this source; ask again, or send it"
        raise HttpRefusal(404, "not_found", detail)
    document = [receipt.model_dump(mode="json", exclude_none=True) for receipt in found]
    return JSONResponse({"receipts": document})


async def _all(context: GatewayContext, client: Client, body: bytes) -> list[dict[str, Any]]:
    """Check all events of a batch before any is sent; answer once all are acknowledged.

    If one send fails, the others may have arrived: the sender repeats the whole batch. So 503 comes
    before the refusal of one event that intake did not take.
    """
    try:
        messages = context.split(body)
    except Invalid as error:
        raise invalid(error.reason, error.detail) from None
    most = min(MOST_IN_A_BATCH, client.burst)
    if len(messages) > most:
        raise HttpRefusal(413, "too_large", f"{len(messages)} events; send at most {most} at once")
    if len(messages) > 1:  # `admit` charged for one
        context.charge(client, len(messages) - 1)
    events = await _checked(context, client, messages)
    sending = (context.send(*each) for each in zip(events, messages, strict=True))
    places = await asyncio.gather(*sending, return_exceptions=True)
    # Wait for all sends before raising, so that no task is left running.
    _raise_worst(places)
    return [
        _answer_of(event, place, await context.code_of(event))
        for event, place in zip(events, places, strict=True)
        if isinstance(place, BrokerPosition)
    ]


def _raise_worst(places: Sequence[BrokerPosition | BaseException]) -> None:
    worst: HttpRefusal | None = None
    for index, place in enumerate(places):
        if isinstance(place, HttpRefusal):
            if worst is None or place.status > worst.status:
                place.event, worst = index, place
        elif isinstance(place, BaseException):
            raise place
    if worst is not None:
        raise worst


async def _checked(
    context: GatewayContext, client: Client, messages: Sequence[EventMessage]
) -> list[CheckedEvent]:
    found = []
    for place, message in enumerate(messages):
        try:
            found.append(context.check(client, message))
            await context.must_have_reported(found[-1])
        except HttpRefusal as refusal:
            raise HttpRefusal(refusal.status, refusal.reason, refusal.detail, event=place) from None
    return found


def _no_token() -> HttpRefusal:
    detail = "no token, or an unknown one; send Authorization: Bearer TOKEN"
    return HttpRefusal(401, "no_token", detail)


def media_type(request: Request) -> str:
    """Return the media type of the body in small letters; "" if the request declares none.

    Raises HttpRefusal for two that differ, for what is none, and for a charset other than UTF-8.
    """
    declared = set(request.headers.getlist("content-type"))
    if not declared:
        return ""
    if len(declared) > 1:
        detail = "header content-type: is given twice with different values; send it once"
        raise HttpRefusal(400, "invalid_request", detail)
    try:
        return media_type_of(declared.pop())
    except ValueError as error:
        detail = f"header content-type: {error}"
        raise HttpRefusal(415, RejectReason.UNSUPPORTED_CONTENT_TYPE, detail) from None


def headers_of(request: Request) -> tuple[tuple[str, bytes], ...]:
    """Return the event's headers as Kafka names them: `ce-id` becomes `ce_id`, its value decoded.

    CloudEvents' HTTP binding percent-encodes what is not printable ASCII (3.1.3.2).
    """
    found = []
    for name, value in request.headers.raw:
        spelling = name.decode("latin-1").lower()
        if spelling == "content-type":
            found.append((spelling, value))
        elif spelling.startswith("ce-"):
            found.append((f"ce_{spelling[3:]}", unquote_to_bytes(_unquoted(value))))
    return tuple(found)


def _unquoted(value: bytes) -> bytes:
    """Remove the quotes that older releases of the binding put around values."""
    quoted = len(value) > 1 and value.startswith(b'"') and value.endswith(b'"')
    return value[1:-1].replace(b'\\"', b'"').replace(b"\\\\", b"\\") if quoted else value


def _answer_of(
    event: CheckedEvent, place: BrokerPosition, code: str | None = None
) -> dict[str, Any]:
    document: dict[str, Any] = {"source": event.source, "id": event.event_id}
    if event.case_id is not None:
        document["case"] = event.case_id
    if code is not None:
        document["follow_code"] = code
    document["position"] = {
        "topic": place.topic,
        "partition": place.partition,
        "offset": place.offset,
    }
    return document
