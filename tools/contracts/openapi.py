"""Write the OpenAPI 3.1 document of the HTTP gateway, whose routes are in console/gateway/.

tests/contract/test_gateway_contract.py checks that both agree.
"""

from typing import Any

from schemas.events.inbound import INBOUND
from tools.contracts import examples
from tools.contracts.json_schema import files_of
from tools.contracts.openapi_answers import ref, schemas
from tools.contracts.openapi_parts import (
    ASKED,
    FORMAT,
    JURISDICTION,
    REFUSALS,
    SEARCH,
    both,
    errors,
    get,
    in_path,
    in_query,
    problem,
)

FILE = "gateway.openapi.yaml"

_BASE = "/open311/v2"
_CASE = examples.CASE["case"]


def openapi() -> dict[str, Any]:
    """Return the document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sanban gateway",
            "version": "1.0.0",
            "description": "For those without Kafka: complaints and acts on cases as CloudEvents "
            "over HTTP, and citizens' reports as Open311 GeoReport v2. Whatever is accepted is "
            "kept by the broker. How to begin: docs/INTEGRATORS.md.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"token": []}],
        "paths": {
            "/events": {"post": _events()},
            "/events/{id}": {"get": _receipts()},
            "/task-links/{token}": {"post": _task_report()},
            f"{_BASE}/discovery.{{format}}": {
                "get": get("Where the API is", "discovery", security=False)
            },
            f"{_BASE}/services.{{format}}": {
                "get": get(
                    "What may be reported: the responsibility list of a town",
                    "services",
                    JURISDICTION,
                    security=False,
                )
            },
            f"{_BASE}/services/{{code}}.{{format}}": {
                "get": get(
                    "What else a service asks: nothing",
                    "service_definition",
                    in_path("code", "The service_code.", examples=["street-light"]),
                    JURISDICTION,
                    security=False,
                )
            },
            f"{_BASE}/requests.{{format}}": {
                "get": get(
                    "How some reports stand: those named, else those of this source that fit",
                    "service_requests",
                    in_query(
                        "service_request_id",
                        "Up to 50 numbers, with commas between. With it, the others say nothing. "
                        "Obligatory without a token, and then up to 10.",
                        required=False,
                    ),
                    *SEARCH,
                    JURISDICTION,
                    security=None,
                ),
                "post": _report(),
            },
            f"{_BASE}/requests/{{id}}.{{format}}": {
                "get": get(
                    "How one report stands",
                    "service_requests",
                    in_path("id", "The service_request_id.", examples=[examples.CASE["case"]]),
                    JURISDICTION,
                    security=None,
                )
            },
            f"{_BASE}/follow/{{code}}.{{format}}": {
                "get": get(
                    "How the case of a follow code stands: for its citizen, without a token",
                    "followed",
                    in_path(
                        "code",
                        "The code that the receipt or the hotline gave. Capitals, spaces and "
                        "missing hyphens do not matter. A wrong code and one of no case have the "
                        "same answer, 404.",
                        examples=["7kq2m-9xa4t-bnc2w-4h7ps-0cx9d"],
                    ),
                    in_query("jurisdiction_id", "The tenant, if it is known.", required=False),
                    security=False,
                )
            },
            f"{_BASE}/tokens/{{token}}.{{format}}": {
                "get": get(
                    "The number of a request, from its token",
                    "tokens",
                    in_path(
                        "token",
                        "A service_request_id, or an Idempotency-Key of this client.",
                        examples=["report-4711"],
                    ),
                    JURISDICTION,
                    security=None,
                )
            },
        },
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Given by the operators. It is bound to one tenant, source and "
                    "channel. Open311's `api_key` in the form or the query is taken as well; the "
                    "header is better, because logs of proxies have queries.",
                }
            },
            "schemas": schemas(),
        },
    }


def _events() -> dict[str, Any]:
    event = {"oneOf": [{"$ref": f"./{files_of(row).event}"} for row in INBOUND.values()]}
    example = next(iter(examples.EVENTS.values()))
    return {
        "summary": "Hand over events",
        "description": "Complaints, what is said about them later, and acts on cases. Each is read "
        "as intake reads it before it is accepted. Structured mode, batched mode (at most 100 "
        "events, all or none of which are sent), or binary mode: the data as application/json, the "
        "attributes as headers `ce-id`, `ce-source`, `ce-type`, `ce-specversion`.",
        "requestBody": {
            "required": True,
            "content": {
                "application/cloudevents+json": {"schema": event, "example": example},
                "application/cloudevents-batch+json": {
                    "schema": {"type": "array", "items": event, "maxItems": 100}
                },
                "application/json": {"schema": {"type": "object"}},
            },
        },
        "responses": {
            "202": {
                "description": "The broker keeps it, on all replicas in sync.",
                "content": {"application/json": {"schema": ref("accepted")}},
            },
            "401": problem("No token, or one that nobody has."),
            "404": problem(
                "An act in the role reporter: this source reported no case with this number, or "
                "intake has not read the report yet. It does not say whether the case exists."
            ),
            **{status: problem(meaning) for status, meaning in REFUSALS.items()},
        },
    }


def _task_report() -> dict[str, Any]:
    taken = {
        "description": "The broker keeps it. 200: this same report is there already.",
        "content": {"application/json": {"schema": ref("task_report_taken")}},
    }
    return {
        "summary": "An outside party reports on one task, by its one-time link",
        "description": "Without an account: who has the link may report once. The lead of the case "
        "gives it (`sanban cases tasklink`), and revokes it.",
        "security": [],
        "parameters": [
            in_path("token", "The token of the link.", examples=[f"{_CASE}.task-1.{'A' * 32}"])
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": ref("task_report")}},
        },
        "responses": {
            "200": taken,
            "202": taken,
            "404": problem("No link has this token. Wrong tokens of an open link are counted."),
            "409": problem("The link has brought another report, which is kept; this one is not."),
            "410": problem("The link has ended without a report: the detail says why."),
            **{status: problem(REFUSALS[status]) for status in ("400", "408", "413", "415", "429")},
            "503": problem("Not acknowledged. Send the same again after Retry-After."),
        },
    }


def _receipts() -> dict[str, Any]:
    answer = {
        "description": "The latest 20, the newest first: one for each time that it was sent.",
        "content": {"application/json": {"schema": ref("receipts")}},
    }
    return {
        "summary": "What became of an event of this client's source",
        "parameters": [in_path("id", "The event's id.", examples=["2026-000731-1"])],
        "responses": {
            "200": answer,
            "401": problem("No token, or one that nobody has."),
            "404": problem("Intake has read no event of this id from this source, or not yet."),
            "429": problem(REFUSALS["429"]),
            "503": problem(ASKED["503"]),
        },
    }


def _report() -> dict[str, Any]:
    form = ref("report")
    return {
        "summary": "Report something",
        "parameters": [
            FORMAT,
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "The report's own id in ASCII, given once and for all. With it a "
                "report may be sent again safely. Without one it is given one, which the answer "
                "has, and equal content within SANBAN_GATEWAY_SAME_REPORT_MINUTES is the same "
                "report.",
                "schema": {"type": "string", "maxLength": 200},
            },
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {"schema": form},
                "application/json": {"schema": form},
                "multipart/form-data": {"schema": ref("report_with_photos")},
            },
        },
        "responses": {
            "200": both(
                "The broker keeps it. service_notice names the fields that were not kept as sent.",
                "service_requests",
            ),
            **{status: errors(said) for status, said in REFUSALS.items()},
            "404": errors("No such service_code or jurisdiction_id."),
        },
    }
