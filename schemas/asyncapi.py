"""The topics that other people's programs write or read, as an AsyncAPI 3.0 document."""

from typing import Any

from schemas import examples
from schemas.contracts import COMPLAINT, DEAD_LETTER, EVENT, HEADERS

FILE = "asyncapi.yaml"

_CLOUD_EVENTS_JSON = "application/cloudevents+json"


def asyncapi() -> dict[str, Any]:
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sanban",
            "version": "1.0.0",
            "description": "Complaints come in as CloudEvents; each starts one case. A record "
            "that cannot start one is kept, byte for byte, with a reason. How to begin: "
            "docs/INTEGRATORS.md.",
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
                },
            },
            "deadLetters": {
                "address": "sanban.dead-letters",
                "title": "What could not become a case",
                "description": "Written by Sanban; read by whoever published the record, and by "
                "operators. A record may be here twice: at least once is promised.",
                "messages": {"deadLetter": {"$ref": "#/components/messages/deadLetter"}},
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
            "keepDeadLetter": {
                "action": "send",
                "title": "Keep what could not become a case, and say why",
                "channel": {"$ref": "#/channels/deadLetters"},
                "messages": [{"$ref": "#/channels/deadLetters/messages/deadLetter"}],
            },
        },
        "components": {"messages": _messages()},
    }


def _messages() -> dict[str, Any]:
    return {
        "filedBinary": {
            "name": "complaint.filed.v1",
            "title": "A new complaint, CloudEvents binary mode",
            "summary": "The attributes are headers; the value is the complaint.",
            "contentType": "application/json",
            "headers": {"$ref": f"./{HEADERS}"},
            "payload": {"$ref": f"./{COMPLAINT}"},
            "bindings": _kafka(_complaint_key()),
            "examples": [
                {
                    "name": name,
                    "headers": examples.HEADERS | {"ce_id": examples.EVENTS[name]["id"]},
                    "payload": complaint,
                }
                for name, complaint in examples.COMPLAINTS.items()
            ],
        },
        "filedStructured": {
            "name": "complaint.filed.v1",
            "title": "A new complaint, CloudEvents structured mode",
            "summary": "The value is the whole event. This is what `sanban publish` sends.",
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
            "payload": {"$ref": f"./{EVENT}"},
            "bindings": _kafka(_complaint_key()),
            "examples": [
                {
                    "name": name,
                    "headers": {"content-type": f"{_CLOUD_EVENTS_JSON}; charset=UTF-8"},
                    "payload": event,
                }
                for name, event in examples.EVENTS.items()
            ],
        },
        "deadLetter": {
            "name": "dead-letter",
            "title": "A record that could not become a case",
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


def _kafka(key: dict[str, Any]) -> dict[str, Any]:
    return {"kafka": {"key": key, "bindingVersion": "0.5.0"}}
