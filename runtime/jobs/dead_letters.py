"""Send dead letters again, or close them, and journal who did it."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from consumers.decoding.named_tenant import tenant_of
from domain.policy.model import Policy
from gateways.dead_letters import AT, DETAIL, DIGEST, NULLS, OMITTED, ORIGIN, REASON, SIZE
from gateways.kafka.producer import Producer
from gateways.kafka.record_reader import KafkaReader, NoRecord
from runtime.wiring.operators import Operator
from schemas.intake import Position, Record
from store.intake.dead_letter_states import DeadLetter, LetterState, PostgresDeadLetters
from store.journal.operations import Operation

REPLAY_OF = "sanban-replay-of"
"""Header of a record that was sent again: topic/partition/offset of the original record."""

ADDED = (REASON, DETAIL, ORIGIN, AT)
"""The headers that gateways/dead_letters.py adds, in its order; NULLS may follow."""

CUT = (OMITTED, SIZE, DIGEST)
"""Those that follow at the end of a letter that is not whole."""

AT_ONCE = 100
"""How many letters are journaled in one transaction and then sent."""

Headers = tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter that was sent again, and where its record lies now."""

    letter: DeadLetter
    to: Position


@dataclass(frozen=True, slots=True)
class Lost:
    """A letter whose bytes Kafka no longer has, and why."""

    letter: DeadLetter
    why: str


@dataclass(frozen=True)
class Workbench:
    """Reads, sends again and closes dead letters.

    Its methods raise schemas.intake.Unavailable. To repeat them is safe: the journal and the ledger
    know what was done. `policies`: those of the tenants that are served here.
    """

    letters: PostgresDeadLetters
    reader: KafkaReader
    producer: Producer
    now: Callable[[], datetime]
    command: str = field(default_factory=lambda: str(uuid4()))
    policies: Mapping[str, Policy] = field(default_factory=dict)

    async def tenants_of(self, letters: Sequence[DeadLetter]) -> dict[int, str | None]:
        """Return whose each letter is, by number; None for one that no tenant here has.

        Older rows of the ledger name none for what could not be read; then the bytes say it.
        """
        return {each.entry.number: await self._tenant_of(each) for each in letters}

    async def _tenant_of(self, letter: DeadLetter) -> str | None:
        decision = letter.entry.decision
        if decision.tenant is not None:
            return decision.tenant
        try:
            record = await self.bytes_of(letter)
        except NoRecord:
            return tenant_of(
                Record(decision.position, None, None, ()), decision.source, self.policies
            )
        return tenant_of(record, decision.source, self.policies)

    async def bytes_of(self, letter: DeadLetter) -> Record:
        """Return the letter as the broker has it; of one that is not whole, its original record.

        Digest and origin are compared, because in a topic that was deleted and created again other
        records have the same offsets. Raises NoRecord.
        """
        place = letter.entry.decision.letter
        if place is None:
            raise NoRecord(
                "the ledger does not have its position (its row is older than that column)"
            )
        record = await self.reader.at(place.topic, place.partition, place.offset)
        headers = dict(record.headers)
        origin = headers.get(ORIGIN)
        if tuple(name for name, _ in record.headers[-len(CUT) :]) == CUT:
            if origin == origin_of(letter).encode() and _is_of(letter, headers[DIGEST]):
                return await self._original_of(letter)
            origin = None
        digests = {record.digest, ""}  # older rows have none
        if letter.entry.digest not in digests or origin != origin_of(letter).encode():
            raise NoRecord(
                f"another record lies at {place.topic}/{place.partition}/{place.offset} now: the "
                "topic was created again, or its broker was"
            )
        return record

    async def _original_of(self, letter: DeadLetter) -> Record:
        position = letter.entry.decision.position
        why = "the letter has no value, because the record was too large for it"
        try:
            record = await self.reader.at(position.topic, position.partition, position.offset)
        except NoRecord as error:
            raise NoRecord(f"{why}; of the original, {error}") from error
        if record.left_out is not None:
            raise NoRecord(f"{why}; it has {record.left_out.size} bytes, sha256 {record.digest}")
        if record.position != position or not _is_of(letter, record.digest.encode()):
            raise NoRecord(f"{why}; another record lies at {origin_of(letter)} now")
        return record

    async def replay(
        self, letters: Sequence[DeadLetter], who: Operator
    ) -> AsyncIterator[Sent | Lost]:
        """Send the original records of letters again, to the topics that they came from.

        The same bytes have the same identity, so an event that had its effect meanwhile ends as a
        duplicate. The journal says who replays before anything is sent. A letter is replayed when
        the broker has its record; if the command is stopped, the other letters stay open.
        """
        for some in _batches(letters):
            records = dict[int, Record]()
            for letter in some:
                try:
                    records[letter.entry.number] = await self.bytes_of(letter)
                except NoRecord as error:
                    yield Lost(letter, str(error))
            there = [letter for letter in some if letter.entry.number in records]
            if there:
                await self._journal(LetterState.REPLAYED, there, who)
            for letter in there:
                yield Sent(letter, await self._send(letter, records[letter.entry.number]))

    async def correct(
        self, letter: DeadLetter, value: bytes, who: Operator
    ) -> AsyncIterator[Sent | Lost]:
        """Send the record of a letter with another value: key and headers stay its own.

        The journal has the digest of what is sent. The event keeps its id, which no effect has
        taken: so it becomes a case as if it had come right.
        """
        try:
            record = await self.bytes_of(letter)
        except NoRecord as error:
            yield Lost(letter, str(error))
            return
        more = (("corrected", sha256(value).hexdigest()),)
        await self._journal(LetterState.REPLAYED, [letter], who, more)
        yield Sent(letter, await self._send(letter, replace(record, value=value)))

    async def discard(self, letters: Sequence[DeadLetter], who: Operator) -> None:
        """Close letters. Kafka keeps their bytes until the topic's retention ends."""
        for some in _batches(letters):
            await self._journal(LetterState.DISCARDED, some, who)

    async def _send(self, letter: DeadLetter, record: Record) -> Position:
        origin = letter.entry.decision.position
        headers = [
            *((name, content or b"") for name, content in original_headers(record.headers)),
            (REPLAY_OF, origin_of(letter).encode()),
        ]
        delivery = await self.producer.send(
            origin.topic, key=record.key, value=record.value, headers=headers
        )
        cluster, topic, topic_id = await self.reader.place_of(origin.topic)
        to = Position(cluster, topic, topic_id, delivery.partition, delivery.offset)
        await self.letters.confirm(self.command, origin, to)
        return to

    async def _journal(
        self,
        state: LetterState,
        letters: Sequence[DeadLetter],
        who: Operator,
        more: tuple[tuple[str, str], ...] = (),
    ) -> None:
        operations = [
            Operation(
                id=self.command,
                kind=f"dead_letter_{state}",
                at=self.now(),
                tenant=who.tenant,
                person=who.person,
                why=who.why,
                about=origin_of(letter),
                details=(*_details(letter), *who.details, *more),
            )
            for letter in letters
        ]
        positions = [letter.entry.decision.position for letter in letters]
        copies = [
            operation.copied_to(tenant)
            for letter, operation in zip(letters, operations, strict=True)
            for tenant in others_told(letter, who.tenant, self.policies)
        ]
        await self.letters.act(state, positions, operations, copies)


def _batches(letters: Sequence[DeadLetter]) -> Iterator[Sequence[DeadLetter]]:
    for start in range(0, len(letters), AT_ONCE):
        yield letters[start : start + AT_ONCE]


def _is_of(letter: DeadLetter, digest: bytes | None) -> bool:
    return letter.entry.digest.encode() in {digest, b""}  # older rows have none


def others_told(letter: DeadLetter, own: str, served: Mapping[str, Policy]) -> tuple[str, ...]:
    """Return in whose chains, besides the own, an act on the letter is journaled.

    A letter that no town has is for the operators of all, so the auditors of all see what they do.
    """
    if letter.entry.decision.tenant in served:
        return ()
    return tuple(sorted(served.keys() - {own}))


def origin_of(letter: DeadLetter) -> str:
    """Return the position of the original record, as the letter's header has it."""
    position = letter.entry.decision.position
    return f"{position.topic}/{position.partition}/{position.offset}"


def original_headers(headers: Headers) -> Headers:
    """Return the publisher's headers, without ours and those of earlier replays.

    Null values became empty when the letter was written (gateways/dead_letters.py), and stay so.
    """
    names = [name for name, _ in headers]
    if names and names[-1] == NULLS:
        names.pop()
    if tuple(names[-len(ADDED) :]) == ADDED:
        del names[-len(ADDED) :]
    return tuple(each for each in headers[: len(names)] if each[0] != REPLAY_OF)


def _details(letter: DeadLetter) -> tuple[tuple[str, str], ...]:
    decision = letter.entry.decision
    return (
        ("letter", str(letter.entry.number)),
        ("digest", letter.entry.digest),
        ("reason", str(decision.reason)),
        ("cluster", decision.position.cluster),
        ("topic_id", decision.position.topic_id),
    )
