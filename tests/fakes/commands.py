"""Commands as other systems send them, and cases in memory that take them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from consumers.commands.intake import CommandIntake
from consumers.outcomes.outcome_sink import OutcomeSink
from consumers.outcomes.reject_rate_breaker import RejectRateBreaker
from consumers.ports import Commands
from consumers.record_intake import IntakeContext
from domain.case.commands import Command
from domain.case.decide import decide
from domain.case.state import Case
from domain.policy.model import Policy
from schemas.commands import CommandAnswer, CommandMessage, IdReused, NotOpen, SaidNo
from schemas.events.case_commands import COMMANDED
from schemas.intake import CaseSilent, Position, Record, Unavailable
from tests.builders import LOOKUP
from tests.fakes.intake import (
    NO_POLICY,
    FakeDeadLetters,
    FakeReceipts,
    OneTenant,
)
from tests.fakes.ledger import MemoryLedger
from tests.fakes.records import NOW, as_json
from tests.town import OPENED

TOPIC = "sanban.case-commands"
SOURCE = "https://squad.example/office"
CASE = "7kq2m-9xa4t-bnc2w"
HEADERS = {
    "ce_specversion": b"1.0",
    "ce_id": b"c-1",
    "ce_source": SOURCE.encode(),
    "ce_type": COMMANDED.encode(),
    "content-type": b"application/json",
}
SQUAD = {"id": "li", "role": "handler", "unit": "squad"}


def data(**changes: object) -> dict[str, object]:
    """Return the data of a command event; a change to None leaves the field out."""
    whole: dict[str, object] = {
        "tenant": "youchegang",
        "case": CASE,
        "actor": SQUAD,
        "act": {"kind": "progress", "note": "On the way."},
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def sent(
    value: bytes | None,
    headers: Mapping[str, bytes] | Sequence[tuple[str, bytes | None]] = HEADERS,
    *,
    offset: int = 0,
    key: bytes | None = CASE.encode(),
) -> Record:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return Record(Position("cluster-1", TOPIC, "t2", 0, offset), key, value, tuple(pairs))


def command(
    offset: int, case_id: str, kind: str, *, event_id: str | None = None, **changes: Any
) -> Record:
    """Return a usual act of the squad on a case; its id differs at each offset."""
    act = {"kind": kind} | changes
    if not changes:
        act |= {"progress": {"note": "On the way."}, "withdraw": {"reason": "Twice."}}.get(kind, {})
    headers = HEADERS | {"ce_id": (event_id or f"c-{offset}").encode()}
    body = as_json(data(case=case_id, act=act))
    return sent(body, headers, offset=offset, key=case_id.encode())


@dataclass
class FakeCases:
    """Cases that decide by the real rules. `running` ones take commands; `journaled` has all."""

    running: dict[str, Case] = field(default_factory=dict)
    journaled: dict[str, Case] = field(default_factory=dict)
    given: list[tuple[str, str]] = field(default_factory=list)
    away: bool = False
    stuck: set[str] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)
    before: Callable[[str], None] = lambda _case_id: None

    def begin(self, case: Case, case_id: str | None = None) -> str:
        if case_id is not None:
            about = replace(case.plan.complaint, event_id=case_id)
            case = replace(case, plan=replace(case.plan, complaint=about))
        self.running[case.case_id] = self.journaled[case.case_id] = case
        return case.case_id

    async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
        self.before(case_id)
        if self.away or case_id in self.unreachable:
            raise Unavailable("temporal", "no answer in time")
        if case_id in self.stuck:
            raise CaseSilent("temporal", f"case {case_id} gives no answer")
        case = self.running.get(case_id)
        if case is None or case.plan.complaint.tenant != tenant:
            raise NotOpen("closed", "not open")
        self.given.append((case_id, message.act.kind))
        asked = Command(message.id, message.actor, message.act, LOOKUP)
        earlier = case.answer(message.id)
        if earlier is None:
            case = self.running[case_id] = decide(case, asked, OPENED).case
            self.journaled[case_id] = case
        elif earlier.command != message.act.kind:
            raise IdReused("CommandIdReused", "used")
        answer = case.answer(message.id)
        assert answer is not None
        if case.stage.is_final:
            del self.running[case_id]
        if answer.refusal is not None:
            raise SaidNo(answer.refusal, answer.detail, answer.seq)
        return CommandAnswer(
            case_id=case_id, command_id=message.id, seq=answer.seq, stage=answer.stage
        )

    async def find(self, tenant: str, case_id: str) -> Case | None:
        case = self.journaled.get(case_id)
        return case if case is not None and case.plan.complaint.tenant == tenant else None


@dataclass
class Office:
    """A command intake with all its ports in memory; a crash would leave them as they are."""

    cases: FakeCases = field(default_factory=FakeCases)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    dead_letters: FakeDeadLetters = field(default_factory=FakeDeadLetters)
    receipts: FakeReceipts = field(default_factory=FakeReceipts)
    policy: Policy = field(default_factory=lambda: NO_POLICY)

    def intake(self, breaker: RejectRateBreaker | None = None) -> CommandIntake:
        context = IntakeContext(
            policies=OneTenant(self.policy),
            ledger=self.ledger,
            commands=self.cases,
            cases=self.cases,
            outcomes=OutcomeSink(self.dead_letters, self.receipts),
            now=lambda: NOW,
            breaker=breaker or RejectRateBreaker(),
        )
        return CommandIntake(context)


def giving_to(commands: Commands, intake: CommandIntake) -> CommandIntake:
    """Return the same intake, with other cases behind it."""
    return replace(intake, context=replace(intake.context, commands=commands))
