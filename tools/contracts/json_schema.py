"""Write the contracts as JSON Schema (draft 2020-12): one file of docs/contracts/ each."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaValue

from domain.complaints import DIGEST
from runtime.foreign_text import json_text
from schemas.commands import CommandAnswer, CommandMessage
from schemas.events.case_commands import COMMANDED, LARGEST
from schemas.events.case_events import CaseEvent, CaseEventEnvelope
from schemas.events.complaint import FILED
from schemas.events.dead_letters import DeadLetterHeaders
from schemas.events.inbound import INBOUND, InboundEvent
from schemas.events.inbound_envelopes import event_model, headers_model
from schemas.events.order_replies import OrderReply, OrderReplyEnvelope
from schemas.events.receipts import Receipt, ReceiptEvent
from schemas.journal import Body
from schemas.notations import MOMENT
from schemas.texts import NO_NUL
from tools.contracts import examples
from tools.contracts.case_event_examples import CASE_EVENT_ENVELOPES, CASE_EVENTS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class EventFiles(NamedTuple):
    """The names of the contracts of an inbound type: its data, the whole event, its headers."""

    data: str
    event: str
    headers: str


def files_of(row: InboundEvent) -> EventFiles:
    """Return the names of the three contracts of a type."""
    kinds = ("schema", "event.schema", "headers.schema")
    return EventFiles(*(f"{row.name}.{kind}.json" for kind in kinds))


COMPLAINT, EVENT, HEADERS = files_of(INBOUND[FILED])
CASE_COMMAND, COMMAND_EVENT, COMMAND_HEADERS = files_of(INBOUND[COMMANDED])
DEAD_LETTER = "dead-letter.headers.schema.json"
RECEIPT = "receipt.v1.schema.json"
RECEIPT_EVENT = "receipt.v1.event.schema.json"
CASE_EVENT = "case.event.v1.schema.json"
CASE_EVENT_ENVELOPE = "case.event.v1.event.schema.json"
ORDER_REPLY = "order.replied.v1.schema.json"
ORDER_REPLY_ENVELOPE = "order.replied.v1.event.schema.json"
COMMAND = "command.schema.json"
ANSWER = "command-answer.schema.json"
BODY = "journal-body.v1.schema.json"

_INBOUND = {row: files_of(row) for row in INBOUND.values()}

MODELS: Mapping[str, type[BaseModel]] = {
    DEAD_LETTER: DeadLetterHeaders,
    RECEIPT: Receipt,
    RECEIPT_EVENT: ReceiptEvent,
    CASE_EVENT: CaseEvent,
    CASE_EVENT_ENVELOPE: CaseEventEnvelope,
    ORDER_REPLY: OrderReply,
    ORDER_REPLY_ENVELOPE: OrderReplyEnvelope,
    COMMAND: CommandMessage,
    ANSWER: CommandAnswer,
    BODY: Body,
    **{files.data: row.data for row, files in _INBOUND.items()},
    **{files.event: event_model(row) for row, files in _INBOUND.items()},
    **{files.headers: headers_model(row) for row, files in _INBOUND.items()},
}
"""The model of each contract, by file name: the messages that other people's programs exchange."""


def _events(row: InboundEvent) -> Sequence[examples.Document]:
    return [*examples.INBOUND_EVENTS[row.type].values()]


EXAMPLES: Mapping[str, Sequence[examples.Document]] = {
    DEAD_LETTER: (examples.DEAD_LETTER,),
    COMMAND: (examples.COMMAND,),
    ANSWER: (examples.ANSWER,),
    RECEIPT: tuple(examples.RECEIPTS.values()),
    RECEIPT_EVENT: (examples.RECEIPT_EVENT,),
    CASE_EVENT: tuple(CASE_EVENTS.values()),
    CASE_EVENT_ENVELOPE: tuple(CASE_EVENT_ENVELOPES.values()),
    ORDER_REPLY: (examples.ORDER_REPLY["data"],),
    ORDER_REPLY_ENVELOPE: (examples.ORDER_REPLY,),
    **{files.data: [event["data"] for event in _events(row)] for row, files in _INBOUND.items()},
    **{files.event: _events(row) for row, files in _INBOUND.items()},
    **{files.headers: [examples.headers_of(_events(row)[0])] for row, files in _INBOUND.items()},
}

_DATA = {
    RECEIPT_EVENT: RECEIPT,
    CASE_EVENT_ENVELOPE: CASE_EVENT,
    ORDER_REPLY_ENVELOPE: ORDER_REPLY,
    **{files.event: files.data for files in _INBOUND.values()},
}


def schema_of(name: str) -> JsonSchemaValue:
    """Return the JSON Schema of a contract, with its examples."""
    schema: JsonSchemaValue = _tidied(MODELS[name].model_json_schema())
    if name in {files.data for files in _INBOUND.values()}:
        schema = _inbound(schema)
    if name in _DATA:
        # By reference, so that both modes share one description of the data.
        data = schema["properties"]["data"]
        data.get("anyOf", [data])[0]["$ref"] = _DATA[name]
        del schema["$defs"]
    if name in EXAMPLES:
        schema["examples"] = list(EXAMPLES[name])
    return {"$schema": DIALECT} | schema


_PUBLISHED_AS = {"domain/matching/spots.py": "domain/spots.py"}
"""Paths in descriptions that have moved since, with those that were published: contracts stay the
same byte for byte."""


_PAIR = re.compile(r"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}")


def text_of(name: str) -> str:
    """Return the text of the file of a contract.

    Characters beyond U+FFFF are written as they are: tools for OpenAPI read JSON with a YAML
    parser, for which half of a surrogate pair is a mistake.
    """
    text = (
        _PAIR.sub(lambda pair: str(json.loads(f'"{pair[0]}"')), json_text(schema_of(name))) + "\n"
    )
    for now, then in _PUBLISHED_AS.items():
        text = text.replace(now, then)
    return text


_LIMITED = {"pattern", "enum", "const"}
"""Each says already which texts are meant."""


def _inbound(schema: Any) -> Any:
    """Return the schema of the data of an event as the decoder reads it.

    A field that may be absent may be null. The acts are those of the journal, whose types say
    nothing of the notation of moments, the size of numbers, and NUL in texts.
    """
    if isinstance(schema, list):
        return [_inbound(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _inbound(value) for key, value in schema.items()}
    if found.get("format") == "date-time":
        found["pattern"] = MOMENT
    if found.get("type") == "string" and not _LIMITED & found.keys():
        found["pattern"] = NO_NUL
    if found.get("type") == "integer" and "const" not in found:
        found |= {"minimum": -LARGEST, "maximum": LARGEST}
    if found.get("type") == "object":
        fields = found.get("properties", {})
        optional = fields.keys() - set(found.get("required", ()))
        found["properties"] = {
            name: _or_null(field) if name in optional else field for name, field in fields.items()
        }
    return found


_ABOUT = ("title", "description", "default", "examples")


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    null = {"type": "null"}
    if null in schema.get("anyOf", ()):
        return schema
    what = {key: value for key, value in schema.items() if key not in _ABOUT}
    about = {key: value for key, value in schema.items() if key in _ABOUT}
    return {"anyOf": [what, null], **about}


def _tidied(schema: Any) -> Any:
    """Return a schema of pydantic's with what it leaves out, and without what it repeats.

    The tag of a tagged union is obligatory, though its class has a default for it. A default of
    null says no more than that the field may be absent. A digest has 64 hex digits.
    """
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {
        key: _tidied(value)
        for key, value in schema.items()
        if not (key == "default" and value is None)
    }
    fields = tidy.get("properties", {})
    if "sha256" in fields:  # domain/complaints.py says so when an Evidence is made
        fields["sha256"]["pattern"] = f"^{DIGEST}$"
    if fields.get("kind", {}).get("const") is not None:
        tidy["required"] = ["kind", *tidy.get("required", [])]
    return tidy
