"""The schemas of the OpenAPI document: what the gateway takes and answers."""

from collections.abc import Mapping
from typing import Any

from schemas.intake import RejectReason
from tools.contracts.json_schema import RECEIPT

_SERVICE = ("service_code", "service_name", "description", "type", "keywords", "group")
_REQUEST = (
    *("service_request_id", "status", "status_notes", "service_name", "service_code"),
    *("description", "agency_responsible", "service_notice", "account_id"),
    *("requested_datetime", "updated_datetime", "expected_datetime"),
    *("address", "address_id", "zipcode", "lat", "long", "media_url"),
)
_FOLLOWED = (
    *("service_request_id", "status", "status_notes", "stage", "service_name"),
    *("agency_responsible", "requested_datetime", "updated_datetime", "expected_datetime"),
)
_FOLLOW_CODE = {
    "type": "string",
    "description": "The code by which the citizen follows the case without an account. Only with "
    "confirmation by the ledger; the receipt has it in any case.",
}
_PROVISIONAL = {
    "type": "boolean",
    "description": "true where expected_datetime counts working days of a year whose holidays are "
    "not published yet. Absent where not.",
}
_REPORT: Mapping[str, dict[str, Any]] = {
    name: {"type": ["string", "number"], "description": said}
    for name, said in {
        "service_code": "What it is about; GET services lists them.",
        "jurisdiction_id": "The tenant; may be left out, the token says it.",
        "lat": "WGS 84; together with long.",
        "long": "WGS 84; together with lat.",
        "address_string": "Where it is, as a person would say it. Obligatory without lat and long.",
        "address_id": "Where it is, if neither lat and long nor address_string say it.",
        "description": "What is the matter, without personal data.",
        "first_name": "Of the citizen.",
        "last_name": "Of the citizen.",
        "phone": "Where to call back, also with an extension: 100 characters.",
        "confidential": "true: the unit that handles it must not learn who reported it.",
        "requested_datetime": "When it was reported, where that is not now.",
        "api_key": "The token, where the header has none.",
        "email": "Not kept; nor are device_id, account_id and attribute[...].",
    }.items()
} | {
    name: {"type": ["string", "array"], "items": {"type": "string"}, "description": said}
    for name, said in {
        "media_url": "Where a file is kept. It is not fetched. May be given several times.",
        "media_sha256": "SHA-256 of the file's bytes, in hex, one for each media_url. Without it "
        "the file is unverified.",
        "media_type": "What kind of file it is. Without it the file is unverified.",
    }.items()
}
_PHOTOS = {
    "type": "array",
    "items": {"type": "string", "format": "binary"},
    "description": "Photos: file parts of this or any other name. Their bytes say what they are.",
}


def schemas() -> dict[str, Any]:
    """Return the schemas of the document, by name."""
    text, nothing = {"type": "string"}, {"type": ["string", "null"]}
    return {
        "accepted": {
            "anyOf": [
                _object({"events": {"type": "array", "items": ref("kept")}}, "events"),
                ref("kept"),
            ]
        },
        "kept": _object(
            {
                "source": text,
                "id": text,
                "case": {
                    **text,
                    "description": "The number of the case: that it becomes, or that it acts on.",
                },
                "follow_code": _FOLLOW_CODE,
                "position": _object(
                    {
                        "topic": text,
                        "partition": {"type": "integer"},
                        "offset": {"type": "integer"},
                    },
                    *("topic", "partition", "offset"),
                ),
            },
            *("source", "id", "position"),
        ),
        "receipts": _object(
            {"receipts": {"type": "array", "items": {"$ref": f"./{RECEIPT}"}}}, "receipts"
        ),
        "problem": _object(
            {
                "type": text,
                "title": text,
                "status": {"type": "integer"},
                "reason": {
                    **text,
                    "description": "A code: one of dead letters, or one of the gateway's own.",
                    "examples": [RejectReason.SCHEMA_VIOLATION.value, "not_yours"],
                },
                "detail": text,
                "event": {"type": "integer", "description": "Which of a batch, from 0."},
                "errors": {
                    "type": "array",
                    "items": _object({"path": nothing, "problem": text, "fix": text}, "problem"),
                },
            },
            *("type", "title", "status", "reason", "detail", "errors"),
        ),
        "errors": {
            "type": "array",
            "items": _object({"code": {"type": "integer"}, "description": text}, "code"),
        },
        "report": _object(_REPORT, "service_code"),
        "report_with_photos": _object({**_REPORT, "media": _PHOTOS}, "service_code"),
        "discovery": _object({"endpoints": {"type": "array"}}, "endpoints", closed=False),
        "services": {
            "type": "array",
            "items": _object(
                dict.fromkeys(_SERVICE, text) | {"metadata": {"type": "boolean"}},
                *(*_SERVICE, "metadata"),
            ),
        },
        "service_definition": _object(
            {"service_code": text, "attributes": {"type": "array", "maxItems": 0}},
            *("service_code", "attributes"),
        ),
        "tokens": {
            "type": "array",
            "items": _object(
                {"service_request_id": text, "token": text}, *("service_request_id", "token")
            ),
        },
        "service_requests": {
            "type": "array",
            "items": _object(
                {name: {"type": ["string", "number", "null"]} for name in _REQUEST}
                | {"expected_datetime_provisional": _PROVISIONAL, "follow_code": _FOLLOW_CODE},
                "service_request_id",
            ),
        },
        "task_report": _object(
            {
                "text": {**text, "description": "What was done."},
                "evidence": {
                    "type": "array",
                    "description": "Files by address and digest: as many as the task needs.",
                    "items": _object(
                        {
                            "uri": text,
                            "sha256": {**text, "pattern": "^[0-9a-f]{64}$"},
                            "media_type": text,
                            "taken_at": {**text, "format": "date-time"},
                        },
                        *("uri", "sha256", "media_type"),
                    ),
                },
            },
            "text",
        ),
        "task_report_taken": _object({"case": text, "task": text}, "case", "task"),
        "followed": {
            "type": "array",
            "items": _object(
                dict.fromkeys(_FOLLOWED, nothing)
                | {
                    "merged": {
                        "type": "boolean",
                        "description": "It is handled with another report of the same matter, "
                        "whose stage, office, promise and answer these are.",
                    },
                    "merged_because": {
                        **text,
                        "description": "Why a person let it go with the other report, though its "
                        "citizen says that it is another matter; only where that was asked.",
                    },
                    "answer": {
                        **nothing,
                        "description": "What the citizen is answered, once the result is verified "
                        "or the matter is not taken on. Names of people are left out.",
                    },
                    "expected_datetime_provisional": _PROVISIONAL,
                },
                *_FOLLOWED,
                *("merged", "answer"),
            ),
            "maxItems": 1,
        },
    }


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(fields: Mapping[str, Any], *required: str, closed: bool = True) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "object",
        "required": [*required],
        "properties": dict(fields),
    }
    return told | {"additionalProperties": False} if closed else told
