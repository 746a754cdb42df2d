"""The messages of the AsyncAPI document (tools/contracts/asyncapi.py), each with its examples."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from domain.audit.checkpoints import Checkpoint
from schemas.audit.signed_notes import PrivateKey, sign
from tools.contracts import examples
from tools.contracts.case_event_examples import CASE_EVENT_ENVELOPES
from tools.contracts.json_schema import (
    CASE_COMMAND,
    CASE_EVENT_ENVELOPE,
    COMMAND_EVENT,
    COMMAND_HEADERS,
    COMPLAINT,
    DEAD_LETTER,
    EVENT,
    HEADERS,
    LATER,
    RECEIPT_EVENT,
    later,
)

_CLOUD_EVENTS_JSON = "application/cloudevents+json"
_LATER_TITLES = {
    "supplemented": "More about a complaint",
    "withdrawn": "A complaint taken back",
    "rated": "How content the citizen is",
}


def messages() -> dict[str, Any]:
    return {**_messages(), **_later_messages(), **_told()}


def _messages() -> dict[str, Any]:
    return {
        "filedBinary": {
            "name": "complaint.filed.v1",
            "title": "A new complaint, CloudEvents binary mode",
            "summary": "The attributes are headers; the value is the complaint.",
            **_binary(HEADERS, COMPLAINT, _complaint_key()),
            "examples": _binary_examples(examples.HEADERS, examples.EVENTS),
        },
        "filedStructured": {
            "name": "complaint.filed.v1",
            "title": "A new complaint, CloudEvents structured mode",
            "summary": "The value is the whole event. This is what `sanban publish` sends.",
            **_structured(EVENT, _complaint_key()),
            "examples": _structured_examples(examples.EVENTS),
        },
        "commandBinary": {
            "name": "case.command.v1",
            "title": "An act on a case, CloudEvents binary mode",
            "summary": "The attributes are headers; the value is the act, and the case.",
            **_binary(COMMAND_HEADERS, CASE_COMMAND, _command_key()),
            "examples": _binary_examples(examples.COMMAND_HEADERS, examples.COMMAND_EVENTS),
        },
        "commandStructured": {
            "name": "case.command.v1",
            "title": "An act on a case, CloudEvents structured mode",
            "summary": "The value is the whole event.",
            **_structured(COMMAND_EVENT, _command_key()),
            "examples": _structured_examples(examples.COMMAND_EVENTS),
        },
        "deadLetter": {
            "name": "dead-letter",
            "title": "A record that could not become a case, or act on one",
            "summary": "Key, value and headers as published; headers that say why are added.",
            "headers": {"$ref": f"./{DEAD_LETTER}"},
            "payload": {
                "description": "The publisher's own bytes, whatever they are; null for a record "
                "without a value."
            },
            "bindings": _kafka(
                {"type": ["string", "null"], "description": "The publisher's own key, if any."}
            ),
            "examples": [
                {"name": "incomplete", "headers": examples.DEAD_LETTER, "payload": _incomplete()}
            ],
        },
    }


def later_references(where: str) -> dict[str, Any]:
    modes = ("Binary", "Structured")
    return {f"{kind}{mode}": {"$ref": f"{where}/{kind}{mode}"} for kind in LATER for mode in modes}


def _later_messages() -> dict[str, Any]:
    messages: dict[str, Any] = {}
    for kind, event in examples.LATER.items():
        data, whole, headers = later(kind)
        title = _LATER_TITLES[kind]
        messages[f"{kind}Binary"] = {
            "name": f"complaint.{kind}.v1",
            "title": f"{title}, CloudEvents binary mode",
            "summary": "The attributes are headers; the value is what is said.",
            **_binary(headers, data, _complaint_key()),
            "examples": _binary_examples(examples.LATER_HEADERS[kind], {kind: event}),
        }
        messages[f"{kind}Structured"] = {
            "name": f"complaint.{kind}.v1",
            "title": f"{title}, CloudEvents structured mode",
            "summary": "The value is the whole event.",
            **_structured(whole, _complaint_key()),
            "examples": _structured_examples({kind: event}),
        }
    return messages


def _told() -> dict[str, Any]:
    key = {"type": ["string", "null"], "description": "The record's own key, if any."}
    case = {
        "type": "string",
        "description": "The number of the case: what happened to it stays in order.",
        "examples": [examples.CASE["case"]],
    }
    return {
        "receipt": {
            "name": "receipt.v1",
            "title": "What became of a record",
            "summary": "A CloudEvent in structured mode.",
            **_structured(RECEIPT_EVENT, key),
            "examples": _structured_examples({"accepted": examples.RECEIPT_EVENT}),
        },
        "caseEvent": {
            "name": "case.event.v1",
            "title": "What happened to a case",
            "summary": "A CloudEvent in structured mode.",
            **_structured(CASE_EVENT_ENVELOPE, case),
            "examples": _structured_examples(CASE_EVENT_ENVELOPES),
        },
        "checkpoint": _checkpoint(),
    }


def _checkpoint() -> dict[str, Any]:
    taken = Checkpoint(
        origin="sanban.example/town",
        size=20852,
        root=sha256(b"the rows of an example").digest(),
        at=datetime(2026, 3, 5, 12, 0, tzinfo=UTC),
        through=741,
    )
    signer = PrivateKey(taken.origin, sha256(b"a key that nobody keeps secret").digest())
    return {
        "name": "checkpoint",
        "title": "A signed checkpoint, or a change of the key that signs",
        "summary": "A signed note (https://c2sp.org/signed-note) with the text of a checkpoint "
        "(https://c2sp.org/tlog-checkpoint): the name of the journal, its number of rows, the root "
        "over all of them, when it was taken, and the last transaction in it. Where the second "
        "line is «key change», another key signs from then on.",
        "contentType": "text/plain",
        "payload": {"type": "string", "description": f"The key of the example is {signer.public}."},
        "bindings": _kafka({"type": "string", "description": "The name of the journal."}),
        "examples": [{"name": "checkpoint", "payload": sign(taken.text(), signer)}],
    }


def _binary(headers: str, payload: str, key: dict[str, Any]) -> dict[str, Any]:
    return {
        "contentType": "application/json",
        "headers": {"$ref": f"./{headers}"},
        "payload": {"$ref": f"./{payload}"},
        "bindings": _kafka(key),
    }


def _binary_examples(
    headers: examples.Document, events: Mapping[str, examples.Document]
) -> list[dict[str, Any]]:
    return [
        {"name": name, "headers": headers | {"ce_id": event["id"]}, "payload": event["data"]}
        for name, event in events.items()
    ]


def _structured(payload: str, key: dict[str, Any]) -> dict[str, Any]:
    return {
        "contentType": _CLOUD_EVENTS_JSON,
        "headers": {
            "type": "object",
            "required": ["content-type"],
            "properties": {
                "content-type": {
                    "type": "string",
                    "pattern": r"^application/cloudevents\+json( *;.*)?$",
                }
            },
        },
        "payload": {"$ref": f"./{payload}"},
        "bindings": _kafka(key),
    }


def _structured_examples(events: Mapping[str, examples.Document]) -> list[dict[str, Any]]:
    content_type = f"{_CLOUD_EVENTS_JSON}; charset=UTF-8"
    return [
        {"name": name, "headers": {"content-type": content_type}, "payload": event}
        for name, event in events.items()
    ]


def _incomplete() -> dict[str, Any]:
    return {name: value for name, value in examples.MINIMAL.items() if name != "tenant"}


def _complaint_key() -> dict[str, Any]:
    return {
        "type": "string",
        "minLength": 1,
        "description": "The same for all events of one complaint, so that they stay in order: "
        "the source, a space, and the complaint's own number.",
        "examples": [f"{examples.ENVELOPE['source']} {examples.MINIMAL['complaint_id']}"],
    }


def _command_key() -> dict[str, Any]:
    return {
        "type": "string",
        "minLength": 1,
        "description": "The number of the case, as in data.case: what is done on a case stays in "
        "order.",
        "examples": [examples.CASE["case"]],
    }


def _kafka(key: dict[str, Any]) -> dict[str, Any]:
    return {"kafka": {"key": key, "bindingVersion": "0.5.0"}}
