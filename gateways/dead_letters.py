"""Dead letters: rejected records on a topic of their own, byte for byte or by their digest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateways.kafka.producer import Producer, RecordTooLarge, size_of
from gateways.kafka.topic_limits import NEEDED
from schemas.events.dead_letters import OMITTED_ALL, OMITTED_VALUE
from schemas.intake import Letter, Record, RejectReason, Unavailable
from schemas.left_out import LONGEST_DETAIL

TOPIC = "sanban.dead-letters"

REASON = "sanban-reason"
DETAIL = "sanban-detail"
ORIGIN = "sanban-origin"
AT = "sanban-at"
NULLS = "sanban-nulls"
OMITTED = "sanban-omitted"
SIZE = "sanban-size"
DIGEST = "sanban-digest"

_NOT_KEPT = frozenset({RejectReason.TOO_LARGE, RejectReason.UNREADABLE})


@dataclass(frozen=True, slots=True)
class _Form:
    """What a letter is made of. `last` marks the smallest one."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    last: bool = False

    @property
    def size(self) -> int:
        return size_of(self.key, self.value, self.headers)


@dataclass(frozen=True, slots=True)
class KafkaDeadLetters:
    """Implements consumers.ports.DeadLetters.

    Adds the headers above at the end. Of several with one name the last counts: a letter that is
    sent again and rejected again has older ones. A letter always fits its topic: what is too large
    is left out, and the letter says what, with the record's size and the digest of its value.
    """

    producer: Producer
    now: Callable[[], datetime]
    topic: str = TOPIC

    async def put(self, record: Record, reason: RejectReason, detail: str) -> Letter:
        forms = _forms(record, reason, detail, self.now())
        while True:
            largest = await self.producer.largest(self.topic)
            form = next((each for each in forms if each.size <= largest), forms[-1])
            try:
                delivery = await self.producer.send(
                    self.topic, key=form.key, value=form.value, headers=form.headers
                )
            except RecordTooLarge as error:
                if form.last:  # the topic does not allow what it has to
                    raise Unavailable("kafka", f"{error} to at least {NEEDED}") from error
                await self.producer.refused(self.topic, form.size)
            else:
                return Letter(self.topic, delivery.partition, delivery.offset)


def _forms(record: Record, reason: RejectReason, detail: str, at: datetime) -> list[_Form]:
    """Return the letter whole, without its value, and without anything of the publisher."""
    position = record.position
    place = f"{position.topic}/{position.partition}/{position.offset}"
    ours = [
        (REASON, reason.encode()),
        (DETAIL, detail[:LONGEST_DETAIL].encode()),
        (ORIGIN, place.encode()),
        (AT, at.isoformat().encode()),
    ]
    headers = [(name, value or b"") for name, value in record.headers]
    # The producer takes no null header values, and no record without key and value. Both become
    # empty here, and NULLS lists them, so that the original can be restored.
    nulls = [f"header {name}" for name, content in record.headers if content is None]
    known = [(SIZE, b"%d" % record.size), (DIGEST, record.digest.encode())]
    without = [
        _Form(
            record.short_key,
            b"",
            [*headers, *ours, *_nulls(nulls), (OMITTED, OMITTED_VALUE.encode()), *known],
        ),
        _Form(record.short_key, b"", [*ours, (OMITTED, OMITTED_ALL.encode()), *known], last=True),
    ]
    if record.left_out is not None or reason in _NOT_KEPT:
        return without if record.left_out is None or not record.left_out.headers else without[1:]
    value = record.value
    if value is None and record.key is None:
        value = b""
        nulls.append("value")
    return [_Form(record.key, value, [*headers, *ours, *_nulls(nulls)]), *without]


def _nulls(names: Sequence[str]) -> list[tuple[str, bytes]]:
    return [(NULLS, ", ".join(names).encode())] if names else []
