"""Reading an event before it is accepted, with intake's own decoders."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from console.gateway.ports import CheckedEvent, EventMessage, Invalid
from consumers.decoding import command_events
from consumers.decoding import complaint_events as events
from consumers.decoding.envelopes import open_envelope
from consumers.decoding.json_values import parse_json
from consumers.decoding.unreadable import Unreadable
from domain.complaints import case_id_of
from runtime.clock import utc_now
from runtime.jobs.publish import STRUCTURED, command_key, complaint_key
from schemas.events.complaint import ComplaintFiled
from schemas.events.inbound import InboundTopic, topic_of, types_of
from schemas.intake import Position, Record, RejectReason

_NOWHERE = Position("", "", "", 0, 0)
_NO_KEY_YET = b"-"
_HALF_A_PAIR = "a text has half of a surrogate pair (\\ud800 to \\udfff); fix it"


@dataclass(frozen=True, slots=True)
class EventReader:
    """Reads an event as intake will read it from the topic."""

    complaints_topic: str
    commands_topic: str
    max_bytes: int
    now: Callable[[], datetime] = utc_now

    def read(self, message: EventMessage) -> CheckedEvent:
        """Return what the event says and to which topic it goes. Raises Invalid."""
        try:
            record = Record(_NOWHERE, _NO_KEY_YET, message.value, message.headers)
            envelope = open_envelope(record, max_bytes=self.max_bytes)
            topic = topic_of(envelope.type)
            said = {"source": envelope.source, "data": envelope.data}
            if topic is InboundTopic.COMMANDS:
                return self._command(message, command_key(said))
            if topic is InboundTopic.COMPLAINTS:
                return self._complaint(message, complaint_key(said))
        except Unreadable as error:
            raise Invalid(error.reason, error.detail) from None
        known = ", ".join(each for topic in InboundTopic for each in types_of(topic))
        raise Invalid(
            RejectReason.UNSUPPORTED_TYPE, f"CloudEvents attribute type: unknown; send {known}"
        )

    def _complaint(self, message: EventMessage, key: bytes) -> CheckedEvent:
        record = Record(_NOWHERE, key, message.value, message.headers)
        event = events.read(record, now=self.now(), max_bytes=self.max_bytes)
        said = event.said
        filed = isinstance(said, ComplaintFiled)
        return CheckedEvent(
            topic=self.complaints_topic,
            key=key,
            tenant=said.tenant,
            source=event.source,
            event_id=event.event_id,
            case_id=case_id_of(said.tenant, event.source, event.event_id) if filed else None,
            channel=said.channel if isinstance(said, ComplaintFiled) else None,
            attachments=tuple(file.to_domain() for file in getattr(said, "attachments", ())),
            datum=said.place.datum if isinstance(said, ComplaintFiled) else None,
        )

    def _command(self, message: EventMessage, key: bytes) -> CheckedEvent:
        record = Record(_NOWHERE, key, message.value, message.headers)
        event = command_events.read(record, max_bytes=self.max_bytes)
        return CheckedEvent(
            topic=self.commands_topic,
            key=key,
            tenant=event.tenant,
            source=event.source,
            event_id=event.event_id,
            case_id=event.case_id,
            actor=event.message.actor,
            attachments=tuple(getattr(event.message.act, "evidence", ())),
        )


def read_json(body: bytes) -> object:
    """Return what a body of JSON says. Raises Invalid."""
    try:
        return parse_json(body)
    except Unreadable as error:
        raise Invalid(error.reason, error.detail) from None


def split(body: bytes) -> list[EventMessage]:
    """Return the events of a batch, each in structured mode. Raises Invalid."""
    found = read_json(body)
    if not isinstance(found, list):
        raise Invalid(
            RejectReason.NOT_CLOUDEVENT, "the body is not a JSON array; send events in []"
        )
    try:
        texts = [json.dumps(event, ensure_ascii=False).encode() for event in found]
    except UnicodeEncodeError:
        raise Invalid(RejectReason.NOT_UTF8, _HALF_A_PAIR) from None
    return [EventMessage(text, STRUCTURED) for text in texts]
