"""The topics that other people's programs write or read, as an AsyncAPI 3.0 document."""

from collections.abc import Mapping
from typing import Any

from schemas import examples
from schemas.contracts import (
    CASE_COMMAND,
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

FILE = "asyncapi.yaml"

_CLOUD_EVENTS_JSON = "application/cloudevents+json"
_LATER_TITLES = {
    "supplemented": "More about a complaint",
    "withdrawn": "A complaint taken back",
    "rated": "How content the citizen is",
}


def asyncapi() -> dict[str, Any]:
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sanban",
            "version": "1.0.0",
            "description": "Complaints come in as CloudEvents; each starts one case, and other "
            "systems act on it by events of their own. A record that is of no use is kept, byte "
            "for byte, with a reason. How to begin: docs/INTEGRATORS.md.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "complaints": {
                "address": "sanban.complaints",
                "title": "New complaints",
                "description": "Written by hotlines, superior offices, patrols, cameras and apps; "
                "read by Sanban. Both modes of CloudEvents may be mixed. A record is at most "
                "1 MiB: value, key and headers together.",
                "messages": {
                    "filedBinary": {"$ref": "#/components/messages/filedBinary"},
                    "filedStructured": {"$ref": "#/components/messages/filedStructured"},
                    **_later_references("#/components/messages"),
                },
            },
            "caseCommands": {
                "address": "sanban.case-commands",
                "title": "Acts on cases",
                "description": "Written by the systems of units and superior offices; read by "
                "Sanban, which gives each to its case: in order within a case, once for each "
                "source and id. Both modes of CloudEvents may be mixed. A record is at most 1 MiB: "
                "value, key and headers together.",
                "messages": {
                    "commandBinary": {"$ref": "#/components/messages/commandBinary"},
                    "commandStructured": {"$ref": "#/components/messages/commandStructured"},
                },
            },
            "deadLetters": {
                "address": "sanban.dead-letters",
                "title": "What could not become a case, or act on one",
                "description": "Written by Sanban; read by whoever published the record, and by "
                "operators. A record may be here twice: at least once is promised.",
                "messages": {"deadLetter": {"$ref": "#/components/messages/deadLetter"}},
            },
            "receipts": {
                "address": "sanban.receipts",
                "title": "What became of each record",
                "description": "Written by Sanban, for each record on the topics it reads, as soon "
                "as its outcome is kept; under the record's own key. A receipt may be here twice, "
                "under one id: at least once is promised. A record that waits has a second one "
                "later.",
                "messages": {"receipt": {"$ref": "#/components/messages/receipt"}},
            },
        },
        "operations": {
            "takeComplaint": {
                "action": "receive",
                "title": "Start a case for a complaint",
                "channel": {"$ref": "#/channels/complaints"},
                "messages": [
                    {"$ref": "#/channels/complaints/messages/filedBinary"},
                    {"$ref": "#/channels/complaints/messages/filedStructured"},
                ],
            },
            "takeWhatIsSaidLater": {
                "action": "receive",
                "title": "Give to its case what is said of a complaint later",
                "channel": {"$ref": "#/channels/complaints"},
                "messages": [*_later_references("#/channels/complaints/messages").values()],
            },
            "takeCommand": {
                "action": "receive",
                "title": "Give an act to its case",
                "channel": {"$ref": "#/channels/caseCommands"},
                "messages": [
                    {"$ref": "#/channels/caseCommands/messages/commandBinary"},
                    {"$ref": "#/channels/caseCommands/messages/commandStructured"},
                ],
            },
            "keepDeadLetter": {
                "action": "send",
                "title": "Keep what could not become a case, or act on one, and say why",
                "channel": {"$ref": "#/channels/deadLetters"},
                "messages": [{"$ref": "#/channels/deadLetters/messages/deadLetter"}],
            },
            "giveReceipt": {
                "action": "send",
                "title": "Tell a publisher what became of its record",
                "channel": {"$ref": "#/channels/receipts"},
                "messages": [{"$ref": "#/channels/receipts/messages/receipt"}],
            },
        },
        "components": {"messages": {**_messages(), **_later_messages(), **_receipt()}},
    }


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


def _later_references(where: str) -> dict[str, Any]:
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


def _receipt() -> dict[str, Any]:
    key = {"type": ["string", "null"], "description": "The record's own key, if any."}
    return {
        "receipt": {
            "name": "receipt.v1",
            "title": "What became of a record",
            "summary": "A CloudEvent in structured mode.",
            **_structured(RECEIPT_EVENT, key),
            "examples": _structured_examples({"accepted": examples.RECEIPT_EVENT}),
        }
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
