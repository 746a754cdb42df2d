"""Dead letters for the console: the workbench of `sanban deadletters`, opened for one request."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from console.desk.oversight_ports import Decider, LetterContent, LetterLost, LetterMistake
from domain.policy.model import Policy
from gateways.kafka.producer import Producer, ProducerOptions, RecordTooLarge
from gateways.kafka.record_reader import KafkaReader, NoRecord, ReaderOptions
from gateways.kafka.refusals import KafkaRefuses
from runtime.jobs.dead_letters import Lost, Workbench, original_headers
from runtime.jobs.lint.linter import Linter
from runtime.received_bytes import header, shown
from runtime.settings import Settings
from runtime.wiring.operators import Operator
from schemas.events.inbound import InboundTopic
from schemas.intake import Unavailable
from store.connection import Database
from store.intake.dead_letter_states import (
    DeadLetter,
    LetterAction,
    LetterCount,
    LetterState,
    PostgresDeadLetters,
)
from store.intake.ledger_entries import LedgerFilter

_NO_BROKER = "no broker is configured for the console: SANBAN_KAFKA_BOOTSTRAP"


@dataclass(frozen=True)
class ConsoleLetters:
    """Implements console.desk.oversight_ports.Letters."""

    settings: Settings
    database: Database
    now: Callable[[], datetime]
    policies: Mapping[str, Policy]

    @property
    def _kept(self) -> PostgresDeadLetters:
        return PostgresDeadLetters(self.database)

    async def page(
        self,
        wanted: LedgerFilter,
        state: LetterState | None,
        *,
        limit: int,
        before: int | None = None,
    ) -> Sequence[DeadLetter]:
        return await self._kept.page(wanted, state, limit=limit, before=before)

    async def summary(self, wanted: LedgerFilter) -> Sequence[LetterCount]:
        return await self._kept.summary(wanted)

    async def history(self, letter: DeadLetter) -> Sequence[LetterAction]:
        return await self._kept.history(letter.entry.decision.position)

    async def tenant(self, letter: DeadLetter) -> str | None:
        if letter.entry.decision.tenant is not None or not self.settings.kafka_bootstrap:
            return letter.entry.decision.tenant
        async with self._workbench("") as bench:
            return (await bench.tenants_of([letter]))[letter.entry.number]

    async def content(self, letter: DeadLetter, *, masked: bool) -> LetterContent:
        if not self.settings.kafka_bootstrap:
            return LetterContent(why_not=_NO_BROKER)
        try:
            async with self._workbench("") as bench:
                record = await bench.bytes_of(letter)
        except (NoRecord, Unavailable, KafkaRefuses) as error:
            return LetterContent(why_not=str(error))
        return LetterContent(
            key=shown(record.key, redact=masked),
            headers=tuple(
                (name, header(name, content, redact=masked))
                for name, content in original_headers(record.headers)
            ),
            body=shown(record.value, redact=masked),
            text=None if masked else _text(record.value),
        )

    async def mistakes(self, letter: DeadLetter, value: bytes) -> Sequence[LetterMistake]:
        topic = self._topics.get(letter.entry.decision.position.topic)
        if topic is None or not self.settings.kafka_bootstrap:
            return ()
        try:
            async with self._workbench("") as bench:
                record = await bench.bytes_of(letter)
        except (NoRecord, KafkaRefuses) as error:
            raise LetterLost(str(error)) from error
        linter = Linter(self.policies, topic, self.now(), self.settings.max_event_bytes)
        headers = original_headers(record.headers)
        found = linter.mistakes_of(replace(record, value=value, headers=headers))
        return [LetterMistake(each.line, each.path, each.reason, each.problem) for each in found]

    @property
    def _topics(self) -> Mapping[str, InboundTopic]:
        return {
            self.settings.complaints_topic: InboundTopic.COMPLAINTS,
            self.settings.case_commands_topic: InboundTopic.COMMANDS,
        }

    async def replay(self, letter: DeadLetter, who: Decider, value: bytes | None = None) -> None:
        if not self.settings.kafka_bootstrap:
            raise LetterLost(_NO_BROKER)
        try:
            async with self._workbench(who.id) as bench:
                said = _operator(who)
                sent = (
                    bench.replay([letter], said)
                    if value is None
                    else bench.correct(letter, value, said)
                )
                async for each in sent:
                    if isinstance(each, Lost):
                        raise LetterLost(each.why)
        except (RecordTooLarge, KafkaRefuses) as error:
            raise LetterLost(str(error)) from error

    async def discard(self, letter: DeadLetter, who: Decider) -> None:
        async with self._workbench(who.id) as bench:
            await bench.discard([letter], _operator(who))

    @asynccontextmanager
    async def _workbench(self, command: str) -> AsyncIterator[Workbench]:
        """Open a reader and a producer; both connect when they are first used."""
        bootstrap, client = self.settings.kafka_bootstrap or "", self.settings.kafka_security
        async with (
            KafkaReader(ReaderOptions(bootstrap, client)) as kafka,
            Producer(ProducerOptions(bootstrap, client=client)) as producer,
        ):
            yield Workbench(self._kept, kafka, producer, self.now, command, self.policies)


def _operator(who: Decider) -> Operator:
    return Operator(who.tenant, who.person, who.why, who.for_person)


def _text(value: bytes | None) -> str | None:
    """Return the value as text, to be corrected; None if it is none."""
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None
