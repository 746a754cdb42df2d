"""Write the OpenAPI 3.1 document of the HTTP gateway, whose routes are in console/gateway/.

tests/contract/test_gateway_contract.py checks that both agree.
"""

from collections.abc import Mapping
from typing import Any

from schemas.events.inbound import INBOUND
from tools.contracts import examples
from tools.contracts.json_schema import files_of
from tools.contracts.openapi_answers import ref, schemas

FILE = "gateway.openapi.yaml"

_BASE = "/open311/v2"
_REFUSALS: Mapping[str, str] = {
    "400": "It cannot be read: the answer names each field, what is wrong, and what to do.",
    "403": "The token may not say this: the answer names the field.",
    "408": "The body did not come in time.",
    "413": "Larger than SANBAN_MAX_EVENT_BYTES; with photos, than SANBAN_MEDIA_REQUEST_BYTES.",
    "415": "Another content type than those listed.",
    "429": "Too often for this client or, without a right key, for this address. Retry-After says "
    "when it may ask again.",
    "503": "Not acknowledged. Send the same again after Retry-After: at worst it is a duplicate.",
}
_ASKED: Mapping[str, str] = {
    "400": "A parameter is missing or wrong.",
    "403": "No token, one that nobody has, or one of another town.",
    "404": "There is no such thing, or it came from another source.",
    "429": _REFUSALS["429"],
    "503": "The database is away: ask again after Retry-After.",
}


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
            f"{_BASE}/discovery.{{format}}": {
                "get": _get("Where the API is", "discovery", security=False)
            },
            f"{_BASE}/services.{{format}}": {
                "get": _get(
                    "What may be reported: the responsibility list of a town",
                    "services",
                    _JURISDICTION,
                    security=False,
                )
            },
            f"{_BASE}/services/{{code}}.{{format}}": {
                "get": _get(
                    "What else a service asks: nothing",
                    "service_definition",
                    _in_path("code", "The service_code.", examples=["street-light"]),
                    _JURISDICTION,
                    security=False,
                )
            },
            f"{_BASE}/requests.{{format}}": {
                "get": _get(
                    "How some reports stand: those named, else those of this source that fit",
                    "service_requests",
                    _in_query(
                        "service_request_id",
                        "Up to 50 numbers, with commas between. With it, the others say nothing. "
                        "Obligatory without a token, and then up to 10.",
                        required=False,
                    ),
                    *_SEARCH,
                    _JURISDICTION,
                    security=None,
                ),
                "post": _report(),
            },
            f"{_BASE}/requests/{{id}}.{{format}}": {
                "get": _get(
                    "How one report stands",
                    "service_requests",
                    _in_path("id", "The service_request_id.", examples=[examples.CASE["case"]]),
                    _JURISDICTION,
                    security=None,
                )
            },
            f"{_BASE}/tokens/{{token}}.{{format}}": {
                "get": _get(
                    "The number of a request, from its token",
                    "tokens",
                    _in_path(
                        "token",
                        "A service_request_id, or an Idempotency-Key of this client.",
                        examples=["report-4711"],
                    ),
                    _JURISDICTION,
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
            "401": _problem("No token, or one that nobody has."),
            "404": _problem(
                "An act in the role reporter: this source reported no case with this number, or "
                "intake has not read the report yet. It does not say whether the case exists."
            ),
            **{status: _problem(meaning) for status, meaning in _REFUSALS.items()},
        },
    }


def _receipts() -> dict[str, Any]:
    answer = {
        "description": "The latest 20, the newest first: one for each time that it was sent.",
        "content": {"application/json": {"schema": ref("receipts")}},
    }
    return {
        "summary": "What became of an event of this client's source",
        "parameters": [_in_path("id", "The event's id.", examples=["2026-000731-1"])],
        "responses": {
            "200": answer,
            "401": _problem("No token, or one that nobody has."),
            "404": _problem("Intake has read no event of this id from this source, or not yet."),
            "429": _problem(_REFUSALS["429"]),
            "503": _problem(_ASKED["503"]),
        },
    }


def _report() -> dict[str, Any]:
    form = ref("report")
    return {
        "summary": "Report something",
        "parameters": [
            _FORMAT,
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
            "200": _both(
                "The broker keeps it. service_notice names the fields that were not kept as sent.",
                "service_requests",
            ),
            **{status: _errors(said) for status, said in _REFUSALS.items()},
            "404": _errors("No such service_code or jurisdiction_id."),
        },
    }


def _get(
    summary: str, answer: str, *parameters: dict[str, Any], security: bool | None = True
) -> dict[str, Any]:
    """Return a GET operation. `security`: None means that the token may be left out."""
    told: dict[str, Any] = {
        "summary": summary,
        "parameters": [_FORMAT, *parameters],
        "responses": {
            "200": _both(summary, answer),
            **{status: _errors(said) for status, said in _ASKED.items()},
        },
    }
    if security:
        return told
    return told | {"security": [] if security is False else [{}, {"token": []}]}


_FORMAT: dict[str, Any] = {
    "name": "format",
    "in": "path",
    "required": True,
    "schema": {"enum": ["json", "xml"]},
}


def _in_path(name: str, said: str, *, examples: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": said,
        "schema": {"type": "string", "examples": examples},
    }


def _in_query(name: str, said: str, *, required: bool = True) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": said,
        "schema": {"type": "string"},
    }


_SEARCH = tuple(
    _in_query(name, said, required=False)
    for name, said in {
        "start_date": "Came in at this moment or later; default: 90 days before the other end.",
        "end_date": "Came in before this moment; default: now, or 90 days after start_date.",
        "service_code": "Of these services, with commas between.",
        "status": "open, closed, or both with a comma between.",
        "page": "The first is 1; the latest reports come first. None is behind page 1000.",
        "page_size": "1 to 50, which is the default; more is 50, less is 1.",
    }.items()
)
_JURISDICTION = _in_query(
    "jurisdiction_id", "The tenant. Obligatory without a token where several are served.",
    required=False,
)  # fmt: skip


def _both(said: str, name: str) -> dict[str, Any]:
    xml = {"schema": {"type": "string", "description": f"The same as <{name}>."}}
    return {
        "description": said,
        "content": {"application/json": {"schema": ref(name)}, "text/xml": xml},
    }


def _errors(said: str) -> dict[str, Any]:
    return _both(said, "errors")


def _problem(said: str) -> dict[str, Any]:
    return {
        "description": said,
        "content": {"application/problem+json": {"schema": ref("problem")}},
    }
