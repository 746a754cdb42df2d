"""Open311 GeoReport v2: services, and reports of citizens as requests for them.

The standard: wiki.open311.org/GeoReport_v2. Sanban adds `Idempotency-Key`, `media_sha256`,
`media_type`, `requested_datetime` and `confidential`. A source sees only its cases.
"""

import asyncio
import json
import re
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from console.gateway.answers import HttpRefusal, unavailable
from console.gateway.clients import Client
from console.gateway.context import GatewayContext, bearer
from console.gateway.events import media_type
from console.gateway.open311_forms import FORM, Form, complaint_of, form_of, in_its_words
from console.gateway.open311_search import moment_of, search_of
from console.gateway.open311_texts import answer, moment, request_of, service
from console.gateway.ports import CaseSnapshot, EventMessage
from domain.complaints import case_id_of
from domain.policy.model import Category, Policy
from schemas.events.complaint import FILED
from schemas.intake import Unavailable

BASE = "/open311/v2"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
MOST_ASKED = 50
_SECONDS_TO_LOOK_BACK = 1.0

_STRUCTURED = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
_NUMBER = re.compile(r"[0-9a-hjkmnp-tv-z]{5}(-[0-9a-hjkmnp-tv-z]{5}){2}")


async def discovery(context: GatewayContext, request: Request) -> Response:
    context.admit_anonymous()
    url = (context.about.url or str(request.base_url)).rstrip("/") + BASE
    since = moment(context.about.since)
    endpoint = {
        "specification": SPECIFICATION,
        "url": url,
        "changeset": since,
        "type": "production" if context.about.url else "test",
        "formats": ["text/xml", "application/json"],
    }
    document = {
        "changeset": since,
        "contact": context.about.contact,
        "key_service": f"Ask for a token: {context.about.contact}",
        "endpoints": [endpoint],
    }
    return answer("discovery", document, _format(request))


async def services(context: GatewayContext, request: Request) -> Response:
    policy = _policy(context, request)
    document = [service(policy, category) for category in policy.categories]
    return answer("services", document, _format(request))


async def definition(context: GatewayContext, request: Request) -> Response:
    category = _category(_policy(context, request), request.path_params["code"])
    document = {"service_code": category.id, "attributes": []}
    return answer("service_definition", document, _format(request))


async def file(context: GatewayContext, request: Request) -> Response:
    """File a report as a complaint event; answer 200 once the broker has it. Raises HttpRefusal.

    The order matters: without a token in the header the body is read before the client is known,
    so such requests share one bucket until then.
    """
    kind = media_type(request)
    given = _token_of(request)
    client = None
    if given:
        client = context.admit(request, given, refuse=_no_key)
    else:
        context.admit_anonymous()  # the key may be in the form
    form = form_of(await context.body(request), kind or FORM)
    if client is None:
        client = context.admit(request, form.get("api_key"), refuse=_no_key)
    policy = _its_policy(context, client, form.get("jurisdiction_id"))
    if not form.get("service_code"):
        raise HttpRefusal(
            400, "invalid_request", "service_code: is missing; GET services lists them"
        )
    category = _category(policy, form.get("service_code"))
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
    response = answer("service_requests", [document], _format(request))
    response.headers["Idempotency-Key"] = number
    return response


async def requests(context: GatewayContext, request: Request) -> Response:
    """Answer with the named requests, else with those that match; only the client's own."""
    client = context.admit(request, _token_of(request), refuse=_no_key)
    asked = request.query_params
    _its_policy(context, client, asked.get("jurisdiction_id", ""))
    named = [number.strip() for number in asked.get("service_request_id", "").split(",")]
    numbers = [*dict.fromkeys(number for number in named if number)]
    if len(numbers) > MOST_ASKED:
        raise HttpRefusal(
            400,
            "invalid_request",
            f"service_request_id: name at most {MOST_ASKED} of them, with commas between",
        )
    search = None
    if not numbers:
        search = search_of(asked, context.now())
        try:
            numbers = await context.cases.of_source(client.tenant, client.source, search)
        except Unavailable as error:
            raise unavailable(error.part) from None
    found = [await _shown(context, client, number) for number in numbers]
    document = [each for each in found if each is not None]
    if search is not None and search.closed is not None:
        # A merged case has the status of the case it follows, which the list does not know.
        wanted = "closed" if search.closed else "open"
        document = [each for each in document if each["status"] == wanted]
    return answer("service_requests", document, _format(request))


async def one_request(context: GatewayContext, request: Request) -> Response:
    client = context.admit(request, _token_of(request), refuse=_no_key)
    _its_policy(context, client, request.query_params.get("jurisdiction_id", ""))
    document = await _shown(context, client, request.path_params["id"])
    if document is None:
        raise HttpRefusal(
            404,
            "not_found",
            "service_request_id: this source reported no case with this number; a new report is "
            "found once intake has read it",
        )
    return answer("service_requests", [document], _format(request))


async def _shown(context: GatewayContext, client: Client, number: str) -> dict[str, Any] | None:
    found = await _find(context, client.tenant, number)
    if found is None or found.case.plan.complaint.source != client.source:
        return None
    stage = found.case.stage
    if found.case.merged_into is not None:
        other = await _find(context, client.tenant, found.case.merged_into)
        stage = other.case.stage if other else stage
    return request_of(context.policies[client.tenant], found, stage=stage)


async def _find(context: GatewayContext, tenant: str, number: str) -> CaseSnapshot | None:
    if not _NUMBER.fullmatch(number):
        return None
    try:
        return await context.cases.find(tenant, number)
    except Unavailable as error:
        raise unavailable(error.part) from None


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
    said = form.get("requested_datetime").strip()
    if not said:
        return None
    at = moment_of(said)
    if at is None:
        raise HttpRefusal(
            400,
            "invalid_request",
            "requested_datetime: is no time with an offset; send 2026-11-24T09:12:00+08:00",
        )
    return at


def _policy(context: GatewayContext, request: Request) -> Policy:
    """Return the policy that the token or jurisdiction_id names. Services need no token."""
    named = request.query_params.get("jurisdiction_id", "")
    if token := _token_of(request):
        return _its_policy(context, context.admit(request, token, refuse=_no_key), named)
    context.admit_anonymous()
    if not named and len(context.policies) == 1:
        return next(iter(context.policies.values()))
    if not named:
        raise HttpRefusal(
            400,
            "invalid_request",
            f"jurisdiction_id: is missing; send one of {', '.join(sorted(context.policies))}",
        )
    return _served(context, named)


def _its_policy(context: GatewayContext, client: Client, named: str) -> Policy:
    if named and _served(context, named).tenant != client.tenant:
        raise HttpRefusal(
            403,
            "not_yours",
            f"jurisdiction_id: this token speaks only for {client.tenant}; send that, or nothing",
        )
    return _served(context, client.tenant)


def _served(context: GatewayContext, tenant: str) -> Policy:
    if tenant not in context.policies:
        raise HttpRefusal(
            404,
            "not_found",
            f"jurisdiction_id: not found; send one of {', '.join(sorted(context.policies))}",
        )
    return context.policies[tenant]


def _category(policy: Policy, code: str) -> Category:
    category = policy.category(code)
    if category is None:
        raise HttpRefusal(404, "not_found", "service_code: not found; GET services lists them")
    return category


def _token_of(request: Request) -> str:
    return bearer(request) or request.query_params.get("api_key", "")


def _no_key() -> HttpRefusal:
    return HttpRefusal(
        403,
        "no_token",
        "no api_key, or an unknown one; send api_key, or Authorization: Bearer TOKEN",
    )


def _notice(form: Form) -> str:
    notice = "已收到，可凭编号查询。 Received: ask for it by its number."
    if not_kept := form.not_kept:
        notice += f" Not kept: {', '.join(not_kept)}."
    return notice


def _format(request: Request) -> str:
    return str(request.path_params["format"])
