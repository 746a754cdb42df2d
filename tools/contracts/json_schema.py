"""The contracts as JSON Schema (draft 2020-12): one text a file of docs/contracts/."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaValue

from domain.complaints import DIGEST
from schemas.commands import CommandAnswer, CommandMessage
from schemas.events.case_commands import CaseCommand
from schemas.events.case_events import CaseEvent, CaseEventEnvelope
from schemas.events.cloud_events import CommandEvent, CommandHeaders, FiledEvent, FiledHeaders
from schemas.events.complaint import ComplaintFiled
from schemas.events.dead_letters import DeadLetterHeaders
from schemas.events.follow_up_envelopes import (
    RatedEvent,
    RatedHeaders,
    ReceiptEvent,
    SupplementedEvent,
    SupplementedHeaders,
    WithdrawnEvent,
    WithdrawnHeaders,
)
from schemas.events.follow_ups import ComplaintRated, ComplaintSupplemented, ComplaintWithdrawn
from schemas.events.receipts import Receipt
from schemas.journal import Body
from tools.contracts import examples
from tools.contracts.case_event_examples import CASE_EVENT_ENVELOPES, CASE_EVENTS

DIALECT = "https://json-schema.org/draft/2020-12/schema"

COMPLAINT = "complaint.filed.v1.schema.json"
EVENT = "complaint.filed.v1.event.schema.json"
HEADERS = "complaint.filed.v1.headers.schema.json"
CASE_COMMAND = "case.command.v1.schema.json"
COMMAND_EVENT = "case.command.v1.event.schema.json"
COMMAND_HEADERS = "case.command.v1.headers.schema.json"
DEAD_LETTER = "dead-letter.headers.schema.json"
RECEIPT = "receipt.v1.schema.json"
RECEIPT_EVENT = "receipt.v1.event.schema.json"
CASE_EVENT = "case.event.v1.schema.json"
CASE_EVENT_ENVELOPE = "case.event.v1.event.schema.json"
COMMAND = "command.schema.json"
ANSWER = "command-answer.schema.json"
BODY = "journal-body.v1.schema.json"

LATER: Mapping[str, tuple[type[BaseModel], type[BaseModel], type[BaseModel]]] = {
    "supplemented": (ComplaintSupplemented, SupplementedEvent, SupplementedHeaders),
    "withdrawn": (ComplaintWithdrawn, WithdrawnEvent, WithdrawnHeaders),
    "rated": (ComplaintRated, RatedEvent, RatedHeaders),
}
"""What a source may say later: the data, the event, the headers."""


def later(kind: str) -> tuple[str, str, str]:
    """The files of what a source says later: of the data, the event, the headers."""
    name = f"complaint.{kind}.v1"
    return f"{name}.schema.json", f"{name}.event.schema.json", f"{name}.headers.schema.json"


MODELS: Mapping[str, type[BaseModel]] = {
    COMPLAINT: ComplaintFiled,
    EVENT: FiledEvent,
    HEADERS: FiledHeaders,
    CASE_COMMAND: CaseCommand,
    COMMAND_EVENT: CommandEvent,
    COMMAND_HEADERS: CommandHeaders,
    DEAD_LETTER: DeadLetterHeaders,
    RECEIPT: Receipt,
    RECEIPT_EVENT: ReceiptEvent,
    CASE_EVENT: CaseEvent,
    CASE_EVENT_ENVELOPE: CaseEventEnvelope,
    COMMAND: CommandMessage,
    ANSWER: CommandAnswer,
    BODY: Body,
    **{
        file: model
        for kind, models in LATER.items()
        for file, model in zip(later(kind), models, strict=True)
    },
}
"""What crosses a process boundary and is read or written by other people's programs."""

EXAMPLES: Mapping[str, Sequence[examples.Document]] = {
    COMPLAINT: tuple(examples.COMPLAINTS.values()),
    EVENT: tuple(examples.EVENTS.values()),
    HEADERS: (examples.HEADERS,),
    CASE_COMMAND: tuple(examples.CASE_COMMANDS.values()),
    COMMAND_EVENT: tuple(examples.COMMAND_EVENTS.values()),
    COMMAND_HEADERS: (examples.COMMAND_HEADERS,),
    DEAD_LETTER: (examples.DEAD_LETTER,),
    COMMAND: (examples.COMMAND,),
    ANSWER: (examples.ANSWER,),
    RECEIPT: tuple(examples.RECEIPTS.values()),
    RECEIPT_EVENT: (examples.RECEIPT_EVENT,),
    CASE_EVENT: tuple(CASE_EVENTS.values()),
    CASE_EVENT_ENVELOPE: tuple(CASE_EVENT_ENVELOPES.values()),
    **{later(kind)[0]: (event["data"],) for kind, event in examples.LATER.items()},
    **{later(kind)[1]: (event,) for kind, event in examples.LATER.items()},
    **{later(kind)[2]: (headers,) for kind, headers in examples.LATER_HEADERS.items()},
}

_DATA = {
    EVENT: COMPLAINT,
    COMMAND_EVENT: CASE_COMMAND,
    RECEIPT_EVENT: RECEIPT,
    CASE_EVENT_ENVELOPE: CASE_EVENT,
    **{later(kind)[1]: later(kind)[0] for kind in LATER},
}


def schema_of(name: str) -> JsonSchemaValue:
    schema: JsonSchemaValue = _tidied(MODELS[name].model_json_schema())
    if name in _DATA:
        # By reference, so that both modes share one description of the data.
        schema["properties"]["data"]["$ref"] = _DATA[name]
        del schema["$defs"]
    if name in EXAMPLES:
        schema["examples"] = list(EXAMPLES[name])
    return {"$schema": DIALECT} | schema


_PUBLISHED_AS = {"domain/matching/spots.py": "domain/spots.py"}
"""Paths in descriptions, as they were when the contract was published: it stays byte for byte."""


def text_of(name: str) -> str:
    text = json.dumps(schema_of(name), ensure_ascii=False, indent=2) + "\n"
    for now, then in _PUBLISHED_AS.items():
        text = text.replace(now, then)
    return text


def _tidied(schema: Any) -> Any:
    """Says what pydantic's schema leaves out, and nothing twice.

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
