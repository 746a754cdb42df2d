"""Complaint events: record in, validated event out. Pure; raises Unreadable and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

from consumers.contents import contents, must_be, must_be_in_our_time
from consumers.envelopes import MAX_BYTES, Unreadable, open_envelope
from domain.chain import canonical
from schemas.complaint import FILED, ComplaintFiled, latest_plausible
from schemas.intake import Record, RejectReason

_KEY = (
    "use the source and the complaint's own number, so that all events of one complaint stay in "
    "order"
)


@dataclass(frozen=True, slots=True)
class ComplaintEvent:
    """A new complaint, valid in itself; whether its tenant exists is another question."""

    source: str
    event_id: str
    type: str
    time: datetime | None
    digest: str
    filed: ComplaintFiled = field(repr=False)


def read(record: Record, *, now: datetime, max_bytes: int = MAX_BYTES) -> ComplaintEvent:
    """Raises Unreadable, whatever the bytes are."""
    envelope = open_envelope(record, key=_KEY, max_bytes=max_bytes)
    must_be(FILED, envelope.type)
    filed = contents(envelope, ComplaintFiled, "a complaint")
    _must_be_plausible(filed, now)
    return ComplaintEvent(
        source=envelope.source,
        event_id=envelope.event_id,
        type=envelope.type,
        time=envelope.time,
        digest=digest_of(envelope.type, filed),
        filed=filed,
    )


def digest_of(event_type: str, filed: ComplaintFiled) -> str:
    """sha256 of what the event says, not of how it is spelt: hex.

    Taken over type and data after validation, so that white space, order of fields, mode of
    CloudEvents, time zone of an instant and trailing zeros do not count. Fields at their default
    are left out: a later release may add optional fields without changing any digest. The
    attribute `time` is left out too, because publishers stamp it anew when they send again.
    """
    said = {"type": event_type, "data": _plain(filed.model_dump(exclude_defaults=True))}
    return sha256(canonical(said)).hexdigest()


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


def _must_be_plausible(filed: ComplaintFiled, now: datetime) -> None:
    if filed.reported_at > latest_plausible(now):
        raise Unreadable(
            RejectReason.FUTURE_DATE,
            "data.reported_at: lies in the future; check the clock and the time zone",
        )
    must_be_in_our_time(filed.model_dump(exclude_defaults=True))
