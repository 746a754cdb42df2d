"""Decode the records of sanban.case-commands into validated commands.

Pure. Whatever the bytes are, only Unreadable is raised.
"""

from dataclasses import asdict, dataclass, field
from hashlib import sha256

from consumers.decoding.contents import (
    contents,
    leaves,
    must_be_one_of,
    refuse,
)
from consumers.decoding.envelopes import MAX_BYTES, open_envelope
from consumers.decoding.unreadable import Unreadable
from domain.audit.hash_chain import canonical
from schemas.commands import CommandMessage
from schemas.events.case_commands import LARGEST, CaseCommand, moments_in
from schemas.events.inbound import InboundTopic, types_of
from schemas.intake import Record, RejectReason
from workflows.command_limits import unfit

_KEY = "use the number of the case, so that everything done on it stays in order"


@dataclass(frozen=True, slots=True)
class CommandEvent:
    """An act on a case that follows its schema. Intake still has to find out if the case exists."""

    source: str
    event_id: str
    tenant: str
    case_id: str
    message: CommandMessage = field(repr=False)

    @property
    def digest(self) -> str:
        """Return the sha256, in hex, of what is done to which case, however it is spelt."""
        said = self.message.model_dump(mode="json")
        whole = {"tenant": self.tenant, "case": self.case_id, "command": said}
        return sha256(canonical(whole)).hexdigest()


def read(record: Record, *, max_bytes: int = MAX_BYTES) -> CommandEvent:
    """Return the command of a record. Raises Unreadable."""
    envelope = open_envelope(record, max_bytes=max_bytes)
    must_be_one_of(types_of(InboundTopic.COMMANDS), envelope.type)
    moments = moments_in(envelope.data)
    command = contents(envelope, CaseCommand, "an act on a case", moments)
    _must_be_storable(asdict(command.act))
    key = record.key or envelope.partition_key
    # CloudEvents over Kafka allows a record without a key: then nothing keeps its order.
    if key and key != command.case.encode():
        raise Unreadable(RejectReason.WRONG_KEY, f"the key is not the number in data.case; {_KEY}")
    message = command.to_message(envelope.source, envelope.event_id)
    if (why := unfit(message)) is not None:
        raise Unreadable(RejectReason.COMMAND_UNFIT, f"data.act: {why}")
    return CommandEvent(
        source=envelope.source,
        event_id=envelope.event_id,
        tenant=command.tenant,
        case_id=command.case,
        message=message,
    )


def _must_be_storable(said: object) -> None:
    """Refuse what no journal can hold: whole numbers that no clock can be set to, and NUL."""
    for place, value in leaves(said, "data.act"):
        if isinstance(value, int) and abs(value) > LARGEST:
            refuse(place, f"must lie between -{LARGEST} and {LARGEST}")
        if isinstance(value, str) and "\x00" in value:
            refuse(place, "contains a NUL character; remove it")
