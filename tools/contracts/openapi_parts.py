"""What the operations of the OpenAPI document have in common: answers, parameters, refusals."""

from collections.abc import Mapping
from typing import Any

from tools.contracts.openapi_answers import ref

REFUSALS: Mapping[str, str] = {
    "400": "It cannot be read: the answer names each field, what is wrong, and what to do.",
    "403": "The token may not say this: the answer names the field.",
    "408": "The body did not come in time.",
    "413": "Larger than SANBAN_MAX_EVENT_BYTES; with photos, than SANBAN_MEDIA_REQUEST_BYTES.",
    "415": "Another content type than those listed.",
    "429": "Too often for this client or, without a right key, for this address. Retry-After says "
    "when it may ask again.",
    "503": "Not acknowledged. Send the same again after Retry-After: at worst it is a duplicate.",
}
ASKED: Mapping[str, str] = {
    "400": "A parameter is missing or wrong.",
    "403": "No token, one that nobody has, or one of another town.",
    "404": "There is no such thing, or it came from another source.",
    "429": REFUSALS["429"],
    "503": "The database is away: ask again after Retry-After.",
}


def get(
    summary: str, answer: str, *parameters: dict[str, Any], security: bool | None = True
) -> dict[str, Any]:
    """Return a GET operation. `security`: None means that the token may be left out."""
    told: dict[str, Any] = {
        "summary": summary,
        "parameters": [FORMAT, *parameters],
        "responses": {
            "200": both(summary, answer),
            **{status: errors(said) for status, said in ASKED.items()},
        },
    }
    if security:
        return told
    return told | {"security": [] if security is False else [{}, {"token": []}]}


FORMAT: dict[str, Any] = {
    "name": "format",
    "in": "path",
    "required": True,
    "schema": {"enum": ["json", "xml"]},
}


def in_path(name: str, said: str, *, examples: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": said,
        "schema": {"type": "string", "examples": examples},
    }


def in_query(name: str, said: str, *, required: bool = True) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": said,
        "schema": {"type": "string"},
    }


SEARCH = tuple(
    in_query(name, said, required=False)
    for name, said in {
        "start_date": "Came in at this moment or later; default: 90 days before the other end.",
        "end_date": "Came in before this moment; default: now, or 90 days after start_date.",
        "service_code": "Of these services, with commas between.",
        "status": "open, closed, or both with a comma between.",
        "page": "The first is 1; the latest reports come first. None is behind page 1000.",
        "page_size": "1 to 50, which is the default; more is 50, less is 1.",
    }.items()
)
JURISDICTION = in_query(
    "jurisdiction_id", "The tenant. Obligatory without a token where several are served.",
    required=False,
)  # fmt: skip


def both(said: str, name: str) -> dict[str, Any]:
    xml = {"schema": {"type": "string", "description": f"The same as <{name}>."}}
    return {
        "description": said,
        "content": {"application/json": {"schema": ref(name)}, "text/xml": xml},
    }


def errors(said: str) -> dict[str, Any]:
    return both(said, "errors")


def problem(said: str) -> dict[str, Any]:
    return {
        "description": said,
        "content": {"application/problem+json": {"schema": ref("problem")}},
    }
