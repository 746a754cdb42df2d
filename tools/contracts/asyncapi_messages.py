"""The messages of the AsyncAPI document (tools/contracts/asyncapi.py), each with its examples."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from domain.audit.checkpoints import Checkpoint
from schemas.audit.signed_notes import PrivateKey, sign
from schemas.events.complaint import FILED
from schemas.events.inbound import INBOUND, EventFamily, InboundEvent, InboundTopic
from tools.contracts import examples
from tools.contracts.case_event_examples import CASE_EVENT_ENVELOPES
from tools.contracts.json_schema import (
    CASE_EVENT_ENVELOPE,
    DEAD_LETTER,
    ORDER_REPLY_ENVELOPE,
    RECEIPT_EVENT,
    files_of,
)

_CLOUD_EVENTS_JSON = "application/cloudevents+json"
_MODES = ("Binary", "Structured")
_VALUE: Mapping[EventFamily, str] = {
    EventFamily.COMPLAINT: "the complaint",
    EventFamily.FOLLOW_UP: "what is said",
    EventFamily.COMMAND: "the act, and the case",
}
"""The words for the value of a record in binary mode."""


def messages() -> dict[str, Any]:
    """Return every message of the document, by its key."""
    return {
        **_inbound(EventFamily.COMPLAINT),
        **_inbound(EventFamily.COMMAND),
        "deadLetter": _dead_letter(),
        **_inbound(EventFamily.FOLLOW_UP),
        **_outbound(),
    }


def references(where: str, *families: EventFamily) -> dict[str, Any]:
    """Return references to the messages of inbound events, by their keys. `where`: a JSON path."""
    keys = [f"{row.kind}{mode}" for family in families for row in _rows(family) for mode in _MODES]
    return {key: {"$ref": f"{where}/{key}"} for key in keys}


def _rows(family: EventFamily) -> list[InboundEvent]:
    return [row for row in INBOUND.values() if row.family is family]


def _inbound(family: EventFamily) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in _rows(family):
        found[f"{row.kind}Binary"] = _in_binary_mode(row)
        found[f"{row.kind}Structured"] = _in_structured_mode(row)
    return found


def _in_binary_mode(row: InboundEvent) -> dict[str, Any]:
    files, events = files_of(row), examples.INBOUND_EVENTS[row.type]
    return {
        "name": row.name,
        "title": f"{row.title}, CloudEvents binary mode",
        "summary": f"The attributes are headers; the value is {_VALUE[row.family]}.",
        "contentType": "application/json",
        "headers": {"$ref": f"./{files.headers}"},
        "payload": {"$ref": f"./{files.data}"},
        "bindings": _kafka(_KEYS[row.family.topic]()),
        "examples": [
            {
                "name": name,
                "headers": examples.headers_of(event),
                "payload": event["data"],
            }
            for name, event in events.items()
        ],
    }


def _in_structured_mode(row: InboundEvent) -> dict[str, Any]:
    more = " This is what `sanban publish` sends." if row.type == FILED else ""
    return {
        "name": row.name,
        "title": f"{row.title}, CloudEvents structured mode",
        "summary": f"The value is the whole event.{more}",
        **_structured(files_of(row).event, _KEYS[row.family.topic]()),
        "examples": _structured_examples(examples.INBOUND_EVENTS[row.type]),
    }


def _dead_letter() -> dict[str, Any]:
    return {
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
    }


def _outbound() -> dict[str, Any]:
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
        "orderReply": {
            "name": "order.replied.v1",
            "title": "The reply to a superior's order",
            "summary": "A CloudEvent in structured mode.",
            **_structured(ORDER_REPLY_ENVELOPE, _complaint_key()),
            "examples": _structured_examples({"replied": examples.ORDER_REPLY}),
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
        "type": ["string", "null"],
        "description": "The same for all events of one complaint, so that they stay in order: "
        "the source, a space, and the complaint's own number. Without a key nothing keeps their "
        "order, unless the attribute partitionkey chose the partition.",
        "examples": [f"{examples.ENVELOPE['source']} {examples.MINIMAL['complaint_id']}"],
    }


def _command_key() -> dict[str, Any]:
    return {
        "type": ["string", "null"],
        "description": "The number of the case, as in data.case: what is done on a case stays in "
        "order. Without a key, or an attribute partitionkey that is it, nothing keeps the order.",
        "examples": [examples.CASE["case"]],
    }


_KEYS: Mapping[InboundTopic, Callable[[], dict[str, Any]]] = {
    InboundTopic.COMPLAINTS: _complaint_key,
    InboundTopic.COMMANDS: _command_key,
}


def _kafka(key: dict[str, Any]) -> dict[str, Any]:
    return {"kafka": {"key": key, "bindingVersion": "0.5.0"}}
