"""What operators look at, in memory: a ledger, dead letters, notices, and a health."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from console.desk.audit_ports import ChainView, CheckpointPage, SignedCheckpoint
from console.desk.oversight_ports import (
    Decider,
    HealthState,
    LetterContent,
    LetterLost,
    LetterMistake,
    Oversight,
)
from domain.audit.hash_chain import Row, canonical, genesis, link
from domain.people.roster_changes import SetAbsence
from schemas.audit.findings import VerificationReport
from schemas.intake import Letter, Outcome, Position, RecordDecision, RejectReason
from store.intake.dead_letter_states import DeadLetter, LetterAction, LetterCount, LetterState
from store.intake.ledger_entries import Entry, LedgerFilter
from store.journal.operation_rows import OperationPage, OperationRow
from store.notifications.waiting_notices import WaitingNotice
from store.people.absences import Setter, StoredAbsence

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
BODY = '{"tenant": "youchegang", "reporter": {"name": "王静怡"}}'


def entry(number: int, tenant: str | None, outcome: Outcome = Outcome.REJECTED) -> Entry:
    refused = outcome is Outcome.REJECTED
    return Entry(
        number,
        AT,
        b"key",
        "d" * 64,
        RecordDecision(
            position=Position("main", "sanban.complaints", "id", 0, number),
            outcome=outcome,
            reason=RejectReason.SCHEMA_VIOLATION if refused else None,
            detail="data.text: is missing" if refused else "",
            tenant=tenant,
            source="https://12345.example/hotline",
            event_id=f"e-{number}",
            case_id=None if refused else f"case-{number}",
            letter=Letter("sanban.dead-letters", 0, number) if refused else None,
        ),
    )


@dataclass
class FakeOversight:
    """`entries`: the ledger. `in_bytes`: whose letters are that the ledger gives
    no tenant. `lost`: what is said of letters whose bytes are gone."""

    entries: list[Entry] = field(default_factory=list)
    actions: dict[int, list[LetterAction]] = field(default_factory=dict)
    sent: list[tuple[int, bytes | None, Decider]] = field(default_factory=list)
    notices: list[WaitingNotice] = field(default_factory=list)
    health: HealthState = field(default_factory=lambda: HealthState({"postgresql": None}))
    in_bytes: dict[int, str] = field(default_factory=dict)
    lost: str = ""
    mistakes: list[LetterMistake] = field(default_factory=list)
    away: Exception | None = None

    def ports(self) -> Oversight:
        return Oversight(_Ledger(self), _Letters(self), _Notices(self), _Health(self))

    def found(self, wanted: LedgerFilter) -> list[Entry]:
        return sorted(
            (
                each
                for each in self.entries
                if each.decision.tenant not in {*wanted.not_of}
                and (not wanted.outcomes or each.decision.outcome in wanted.outcomes)
                and wanted.source in {None, each.decision.source}
                and (not wanted.numbers or each.number in wanted.numbers)
            ),
            key=lambda each: -each.number,
        )


@dataclass(frozen=True)
class _Ledger:
    of: FakeOversight

    async def by_source(self, wanted: LedgerFilter) -> Mapping[str, Mapping[Outcome, int]]:
        counts: dict[str, dict[Outcome, int]] = {}
        for each in self.of.found(wanted):
            row = counts.setdefault(each.decision.source or "", {})
            row[each.decision.outcome] = row.get(each.decision.outcome, 0) + 1
        return counts

    async def page(
        self, wanted: LedgerFilter, *, limit: int, before: int | None = None
    ) -> Sequence[Entry]:
        found = [each for each in self.of.found(wanted) if before is None or each.number < before]
        return found[:limit]


@dataclass(frozen=True)
class _Letters:
    of: FakeOversight

    def _all(self, wanted: LedgerFilter) -> list[DeadLetter]:
        return [
            DeadLetter(each, next(iter(self.of.actions.get(each.number, [])[::-1]), None))
            for each in self.of.found(wanted)
            if each.decision.letter is not None
        ]

    async def page(
        self,
        wanted: LedgerFilter,
        state: LetterState | None,
        *,
        limit: int,
        before: int | None = None,
    ) -> Sequence[DeadLetter]:
        return [
            each
            for each in self._all(wanted)
            if state in {None, each.state} and (before is None or each.entry.number < before)
        ][:limit]

    async def summary(self, wanted: LedgerFilter) -> Sequence[LetterCount]:
        found = self._all(wanted)
        return [
            LetterCount("schema_violation", state, number, AT, AT)
            for state in LetterState
            if (number := sum(1 for each in found if each.state is state))
        ]

    async def history(self, letter: DeadLetter) -> Sequence[LetterAction]:
        return self.of.actions.get(letter.entry.number, [])

    async def tenant(self, letter: DeadLetter) -> str | None:
        return self.of.in_bytes.get(letter.entry.number, letter.entry.decision.tenant)

    async def content(self, letter: DeadLetter, *, masked: bool) -> LetterContent:
        if self.of.lost:
            return LetterContent(why_not=self.of.lost)
        body = '{"tenant": "(10 characters)"}' if masked else BODY
        return LetterContent("key", (("ce_type", "filed"),), body, None if masked else BODY)

    async def mistakes(self, letter: DeadLetter, value: bytes) -> Sequence[LetterMistake]:
        return self.of.mistakes

    async def replay(self, letter: DeadLetter, who: Decider, value: bytes | None = None) -> None:
        if self.of.away is not None:
            raise self.of.away
        if self.of.lost:
            raise LetterLost(self.of.lost)
        self.of.sent.append((letter.entry.number, value, who))
        self._did(letter, who, LetterState.REPLAYED)

    async def discard(self, letter: DeadLetter, who: Decider) -> None:
        self._did(letter, who, LetterState.DISCARDED)

    def _did(self, letter: DeadLetter, who: Decider, state: LetterState) -> None:
        done = LetterAction(state, who.tenant, who.person, who.why, AT, None, None, None)
        if state is LetterState.REPLAYED:
            done = replace(done, to_topic="sanban.complaints", to_partition=0, to_offset=99)
        self.of.actions.setdefault(letter.entry.number, []).append(done)


@dataclass(frozen=True)
class _Notices:
    of: FakeOversight

    async def listed(self, tenant: str, limit: int) -> tuple[Sequence[WaitingNotice], int]:
        found = [each for each in self.of.notices if each.notice.tenant == tenant]
        return found[:limit], len(found)


@dataclass(frozen=True)
class _Health:
    of: FakeOversight

    async def state(self) -> HealthState:
        return self.of.health


SAID = {
    "v": 1,
    "chain": "operations/youchegang",
    "seq": 1,
    "at": AT.isoformat(),
    "id": "o-1",
    "kind": "reporter_read",
    "person": "ruan-fang",
    "why": "回访第一次",
    "about": "64mdc-0gtc0-g1a6h",
    "purpose": "callback",
}


class FakeAudit:
    """Every chain has one row, in which a reporter was read; `report` is what its proof says."""

    def __init__(self, report: VerificationReport | None = None, broken: str = "") -> None:
        self.report = report or VerificationReport(rows=1, covered=1, checkpoints=1)
        self.broken = broken

    async def operations(
        self,
        tenant: str,
        *,
        kinds: Sequence[str] = (),
        about: str = "",
        before: int | None = None,
        limit: int = 50,
    ) -> OperationPage:
        details = {"purpose": "callback", "before": "b" * 64}
        row = OperationRow(
            1, b"h" * 32, AT, "reporter_read", "ruan-fang", "回访第一次", "64mdc", details
        )
        if "policy_published" in kinds:
            row = replace(row, kind="policy_published", about="a" * 64)
        return OperationPage((row,) if before is None or before > 1 else (), None)

    async def chain(self, chain: str, *, since: int, limit: int) -> ChainView:
        body = canonical(SAID)
        row = Row(chain, 1, genesis(chain), link(genesis(chain), body), body)
        return ChainView((row,) if since <= 1 else (), 1, self.broken)

    async def proof(self, chain: str, seq: int, file: BinaryIO) -> VerificationReport:
        file.write(b"sanban-export")
        return self.report

    async def checkpoints(self, before: int | None, limit: int) -> CheckpointPage:
        holds = SignedCheckpoint(9, AT, b"r" * 32, published=True, signer="town+1+A")
        wrong = SignedCheckpoint(5, AT, b"s" * 32, published=False, wrong="signed by no known key")
        return CheckpointPage((holds, wrong), ("town+1+A",), 2, None)

    async def policy_changes(self, tenant: str, before: str, after: str) -> Sequence[str] | None:
        return ["categories garbage resolve: 16 h -> 24 h"]


def absence(number: int, person: str, now: datetime) -> StoredAbsence:
    """Return an absence of yesterday to tomorrow, that the dispatcher has set."""
    day = timedelta(days=1)
    span = (person, now - day, now + day, None, False)
    return StoredAbsence(number, "youchegang", *span, "zhu-lihua", "病假", now - day, None)


@dataclass
class FakeAbsences:
    """What people have set, in memory."""

    rows: list[StoredAbsence] = field(default_factory=list)

    async def holding(self, now: datetime, tenant: str = "") -> Sequence[StoredAbsence]:
        return [each for each in self.rows if tenant in {"", each.tenant}]

    async def set(self, change: SetAbsence, who: Setter) -> None:
        number = len(self.rows) + 1
        span = (change.person, change.since, change.until, change.stand_in, change.is_back)
        self.rows.append(
            StoredAbsence(number, who.tenant, *span, who.person, who.why, who.at, None)
        )

    async def end(self, number: int, person: str, who: Setter) -> bool:
        found = self.rows[number - 1]
        until = max(found.since, who.at)
        self.rows[number - 1] = replace(found, until=until, ended_by=who.person)
        return True
