"""Events of complaints: record in, validated event out. Pure; raises Unreadable only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

from consumers.decoding.contents import contents, must_be_in_our_time, must_be_one_of
from consumers.decoding.envelopes import MAX_BYTES, Unreadable, open_envelope
from domain.audit.hash_chain import canonical
from schemas.events.complaint import FILED, ComplaintFiled, latest_plausible
from schemas.events.follow_ups import (
    RATED,
    SUPPLEMENTED,
    WITHDRAWN,
    ComplaintRated,
    ComplaintSupplemented,
    ComplaintWithdrawn,
    Later,
)
from schemas.intake import EventKind, Record, RejectReason

Said = ComplaintFiled | Later

KINDS: Mapping[str, EventKind] = {
    FILED: EventKind.FILED,
    SUPPLEMENTED: EventKind.SUPPLEMENTED,
    WITHDRAWN: EventKind.WITHDRAWN,
    RATED: EventKind.RATED,
}
_MODELS: Mapping[str, type[Said]] = {
    FILED: ComplaintFiled,
    SUPPLEMENTED: ComplaintSupplemented,
    WITHDRAWN: ComplaintWithdrawn,
    RATED: ComplaintRated,
}
_KEY = (
    "use the source and the complaint's own number, so that all events of one complaint stay in "
    "order"
)


@dataclass(frozen=True, slots=True)
class ComplaintEvent:
    """Valid in itself; whether its tenant, and the complaint it is about, exist is another
    question.
    """

    source: str
    event_id: str
    type: str
    time: datetime | None
    digest: str
    said: Said = field(repr=False)

    @property
    def kind(self) -> EventKind:
        return KINDS[self.type]


def read(record: Record, *, now: datetime, max_bytes: int = MAX_BYTES) -> ComplaintEvent:
    """Raises Unreadable, whatever the bytes are; NewerVersion where waiting may help."""
    envelope = open_envelope(record, key=_KEY, max_bytes=max_bytes)
    must_be_one_of(tuple(KINDS), envelope.type)
    said = contents(envelope, _MODELS[envelope.type], "a complaint")
    if isinstance(said, ComplaintFiled):
        _must_be_plausible(said, now)
    return ComplaintEvent(
        source=envelope.source,
        event_id=envelope.event_id,
        type=envelope.type,
        time=envelope.time,
        digest=digest_of(envelope.type, said),
        said=said,
    )


def digest_of(event_type: str, said: Said) -> str:
    """sha256 of what the event says, not of how it is spelt: hex.

    Taken over type and data after validation, so that white space, order of fields, mode of
    CloudEvents, time zone of an instant and trailing zeros do not count. Fields at their default
    are left out: a later release may add optional fields without changing any digest. The
    attribute `time` is left out too, because publishers stamp it anew when they send again.
    """
    content = {"type": event_type, "data": _plain(said.model_dump(exclude_defaults=True))}
    return sha256(canonical(content)).hexdigest()


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
