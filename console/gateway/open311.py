"""Open311 GeoReport v2: services, and reports of citizens as requests for them.

The standard: wiki.open311.org/GeoReport_v2. Sanban adds `Idempotency-Key`, `media_sha256`,
`media_type`, `requested_datetime` and `confidential`. A source sees its own cases only; without a
key a named case shows its status.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from console.gateway.answers import HttpRefusal, unavailable
from console.gateway.clients import Client
from console.gateway.context import GatewayContext
from console.gateway.open311_access import (
    asked_of,
    category_of,
    find_category,
    no_key,
    policy_asked,
    policy_of,
    refuse,
    served,
    token_of,
)
from console.gateway.open311_search import search_of
from console.gateway.open311_texts import (
    answer,
    followed,
    moment,
    request_of,
    service,
    without_personal_data,
)
from console.gateway.ports import CaseSnapshot
from domain.complaints import case_id_of
from domain.policy.model import Policy
from schemas.intake import Unavailable

BASE = "/open311/v2"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
MOST_ASKED, MOST_WITHOUT_KEY = 50, 10
_NUMBER = re.compile(r"[0-9a-hjkmnp-tv-z]{5}(-[0-9a-hjkmnp-tv-z]{5}){2}")


async def discovery(context: GatewayContext, request: Request) -> Response:
    context.admit_anonymous(request)
    url = (context.about.url or _own_address(request)).rstrip("/") + BASE
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


def _own_address(request: Request) -> str:
    """Return where this process listens. Never the Host of the request, which anyone may write."""
    host, port = request.scope.get("server") or ("localhost", None)
    shown = f"[{host}]" if ":" in host else host
    return f"{request.url.scheme}://{shown}" + (f":{port}" if port else "")


async def services(context: GatewayContext, request: Request) -> Response:
    policy = policy_asked(context, request)
    document = [service(policy, category) for category in policy.categories]
    return answer("services", document, _format(request))


async def definition(context: GatewayContext, request: Request) -> Response:
    category = category_of(policy_asked(context, request), request.path_params["code"])
    document = {"service_code": category.id, "attributes": []}
    return answer("service_definition", document, _format(request))


async def requests(context: GatewayContext, request: Request) -> Response:
    """Answer with the named requests, else with those that match; only the client's own.

    Without a key requests must be named, and the answer has nothing personal.
    """
    client, asked = _caller(context, request), asked_of(request)
    named = [number.strip() for number in asked.get("service_request_id", "").split(",")]
    numbers = [*dict.fromkeys(number for number in named if number)]
    most = MOST_WITHOUT_KEY if client is None else MOST_ASKED
    if len(numbers) > most:
        refuse(f"service_request_id: name at most {most} of them, with commas between")
    search = None
    if not numbers:
        if client is None:
            raise no_key()
        search = search_of(_in_our_codes(context.policies[client.tenant], asked), context.now())
        try:
            numbers = await context.cases.of_source(client.tenant, client.source, search)
        except Unavailable as error:
            raise unavailable(error.part, asked=True) from None
    found = [await _shown(context, request, client, number) for number in numbers]
    document = [each for each in found if each is not None]
    if search is not None and search.closed is not None:
        # A merged case has the status of the case it follows, which the list does not know.
        wanted = "closed" if search.closed else "open"
        document = [each for each in document if each["status"] == wanted]
    return answer("service_requests", document, _format(request))


async def one_request(context: GatewayContext, request: Request) -> Response:
    """Answer with one request; without a key the answer has nothing personal."""
    client = _caller(context, request)
    document = await _shown(context, request, client, request.path_params["id"])
    if document is None:
        raise _not_found("service_request_id")
    return answer("service_requests", [document], _format(request))


async def follow(context: GatewayContext, request: Request) -> Response:
    """Answer with the case of a follow code: to anyone who has the code, and without a key.

    A code that is wrong and one of no case have one answer. Raises HttpRefusal 404, 429, 503.
    """
    context.admit_code(request)
    named = asked_of(request).get("jurisdiction_id", "")
    tenants = [served(context, named).tenant] if named else [*context.policies]
    try:
        code = request.path_params["code"]
        found = await context.follow.find(tenants, code) if context.follow else None
    except Unavailable as error:
        raise unavailable(error.part, asked=True) from None
    if found is None:
        raise HttpRefusal(
            404, "not_found", "code: no case has this code; write it as the receipt or hotline did"
        )
    response = answer("service_requests", [followed(found)], _format(request))
    response.headers["Cache-Control"] = "no-store"
    return response


async def token(context: GatewayContext, request: Request) -> Response:
    """Answer with the service_request_id of a token: a number, or the client's Idempotency-Key."""
    client, given = _caller(context, request), request.path_params["token"]
    tried = [given] + ([case_id_of(client.tenant, client.source, given)] if client else [])
    for number in tried:
        found = await _shown(context, request, client, number)
        if found is not None:
            document = {"service_request_id": found["service_request_id"], "token": given}
            return answer("service_requests", [document], _format(request))
    raise _not_found("token")


def _not_found(name: str) -> HttpRefusal:
    return HttpRefusal(
        404,
        "not_found",
        f"{name}: this source reported no case with this number; a new report is found once intake "
        "has read it",
    )


def _caller(context: GatewayContext, request: Request) -> Client | None:
    """Return the client of the request, or None if it has no key at all."""
    named = asked_of(request).get("jurisdiction_id", "")
    if key := token_of(request):
        client = context.admit(request, key, refuse=no_key)
        policy_of(context, client, named)
        return client
    context.admit_anonymous(request)
    return None


def _in_our_codes(policy: Policy, asked: Mapping[str, str]) -> Mapping[str, str]:
    """Return the parameters with the capitals that the services of this town have."""
    said = asked.get("service_code", "").split(",")
    found = [(code.strip(), find_category(policy, code)) for code in said]
    return {
        **asked,
        "service_code": ",".join(category.id if category else code for code, category in found),
    }


async def _shown(
    context: GatewayContext, request: Request, client: Client | None, number: str
) -> dict[str, Any] | None:
    """Return what the caller may see of a case, or None."""
    for tenant in [client.tenant] if client else _towns(context, request):
        found = await _find(context, tenant, number.lower())
        if found is None or found.case.plan.complaint.source not in _sources(context, client):
            continue
        stage = found.case.stage
        if found.case.merged_into is not None:
            other = await _find(context, tenant, found.case.merged_into)
            stage = other.case.stage if other else stage
        whole = request_of(context.policies[tenant], found, stage=stage)
        return whole if client else without_personal_data(whole)
    return None


def _towns(context: GatewayContext, request: Request) -> Sequence[str]:
    named = asked_of(request).get("jurisdiction_id", "")
    return [served(context, named).tenant] if named else [*context.policies]


def _sources(context: GatewayContext, client: Client | None) -> frozenset[str]:
    """Return the sources whose cases the caller sees; without a key those of all clients."""
    return frozenset(
        [client.source]
        if client
        else [each.source for each in context.clients() if each.status_without_key]
    )


async def _find(context: GatewayContext, tenant: str, number: str) -> CaseSnapshot | None:
    if not _NUMBER.fullmatch(number):
        return None
    try:
        return await context.cases.find(tenant, number)
    except Unavailable as error:
        raise unavailable(error.part, asked=True) from None


def _format(request: Request) -> str:
    return str(request.path_params["format"])
