"""Decode the records of sanban.complaints into validated events.

Pure. Whatever the bytes are, only Unreadable is raised.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

from consumers.decoding.contents import contents, must_be_one_of
from consumers.decoding.envelopes import MAX_BYTES, open_envelope
from consumers.decoding.unreadable import Unreadable
from domain.audit.hash_chain import canonical
from schemas.events.complaint import (
    ComplaintFiled,
    earliest_plausible,
    latest_deadline,
    latest_plausible,
)
from schemas.events.follow_ups import FollowUp
from schemas.events.inbound import INBOUND, InboundEvent, InboundTopic, types_of
from schemas.intake import Record, RejectReason

_FIRST_MS = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
Said = ComplaintFiled | FollowUp

_MODELS: Mapping[str, type[Said]] = {
    row.type: row.data
    for row in INBOUND.values()
    if issubclass(row.data, ComplaintFiled | FollowUp)
}


@dataclass(frozen=True, slots=True)
class ComplaintEvent:
    """An event that follows its schema.

    Intake still has to find out whether its tenant, and the complaint it is about, exist.
    """

    source: str
    event_id: str
    type: str
    time: datetime | None
    digest: str
    said: Said = field(repr=False)

    @property
    def row(self) -> InboundEvent:
        """Return the row of its type in the registry."""
        return INBOUND[self.type]


def read(record: Record, *, now: datetime, max_bytes: int = MAX_BYTES) -> ComplaintEvent:
    """Return the event of a record.

    Raises Unreadable; NewerVersion, which is one, where a later release may read the record.
    """
    envelope = open_envelope(record, max_bytes=max_bytes)
    must_be_one_of(types_of(InboundTopic.COMPLAINTS), envelope.type)
    said = contents(envelope, _MODELS[envelope.type], "a complaint")
    content = said.model_dump(exclude_defaults=True)
    if isinstance(said, ComplaintFiled):
        _must_be_plausible(said, now, _sent(record, now))
    return ComplaintEvent(
        source=envelope.source,
        event_id=envelope.event_id,
        type=envelope.type,
        time=envelope.time,
        digest=_digest(envelope.type, content),
        said=said,
    )


def _must_be_plausible(said: ComplaintFiled, now: datetime, sent: datetime) -> None:
    """Raises Unreadable for a date whose year is a slip."""
    if said.reported_at > latest_plausible(now):
        raise Unreadable(
            RejectReason.FUTURE_DATE,
            "data.reported_at: lies in the future; check the clock and the time zone",
        )
    if said.reported_at < earliest_plausible(sent):
        raise Unreadable(
            RejectReason.PAST_DATE,
            f"data.reported_at: {said.reported_at.date()} is more than two years back; check the "
            "year, or send the day on which it was reported again",
        )
    due_at = said.superior.due_at if said.superior else None
    if due_at is not None and due_at < earliest_plausible(sent):
        raise Unreadable(
            RejectReason.PAST_DATE,
            f"data.superior.due_at: {due_at.date()} is more than two years back; check the year, "
            "or leave the date out",
        )
    ahead = {
        "data.superior.due_at": due_at,
        "data.suspended.until": said.suspended.until if said.suspended else None,
    }
    for path, at in ahead.items():
        if at is not None and at > latest_deadline(now):
            raise Unreadable(
                RejectReason.FUTURE_DATE,
                f"{path}: {at.date()} is more than ten years ahead; check the year",
            )


def _sent(record: Record, now: datetime) -> datetime:
    """Return when the record was written, so that reading it again years later changes nothing.

    Not what a producer with a wrong clock says: no record is from before Sanban, or from tomorrow.
    """
    if not record.timestamp_ms:
        return now
    latest = int(now.timestamp() * 1000)
    return datetime.fromtimestamp(min(max(record.timestamp_ms, _FIRST_MS), latest) / 1000, UTC)


def _digest(event_type: str, content: Mapping[str, object]) -> str:
    """Return the sha256, in hex, of what the event says, however it is spelt.

    `content` is the validated data without the fields at their default. So white space, the order
    of fields, the mode of CloudEvents, the time zone of an instant and trailing zeros do not count,
    and a later release may add optional fields without changing any digest. The attribute `time`
    is left out, because publishers stamp it again when they send again.
    """
    return sha256(canonical({"type": event_type, "data": _plain(content)})).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return str(value.normalize() + 0)  # + 0 turns -0 into 0
    return value
