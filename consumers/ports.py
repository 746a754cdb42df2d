"""What intake needs of the outside world. Its failures are named in schemas.intake."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from domain.case.state import Case
from domain.complaints import Complaint
from domain.matching.dedupe import Earlier, Question
from domain.matching.surges import Candidate
from domain.planning.plans import CasePlan
from domain.policy.model import Policy
from schemas.commands import CommandAnswer, CommandMessage
from schemas.intake import (
    Claim,
    Comparison,
    DueRecord,
    Letter,
    Position,
    Record,
    RecordDecision,
    RejectReason,
    Spot,
    Standing,
    Wait,
)

Reference = tuple[str, str, str]
"""How later events name a complaint: tenant, source, and the source's own number."""

Planner = Callable[[Policy, Complaint, Sequence[str]], CasePlan]
"""Pure: chooses tier, unit and clocks and says why, knowing how many cases of the same spot and
category came before. Any exception is a defect and stops intake."""


class Policies(Protocol):
    def current(self, tenant: str) -> Policy:
        """The policy in force for `tenant`. Raises schemas.intake.UnknownTenant."""
        ...


class Repeats(Protocol):
    async def before(self, spots: Sequence[Spot]) -> list[tuple[str, ...]]:
        """The other cases of each spot, newest first, in the order asked. Raises Unavailable."""
        ...

    async def unsolved(self, questions: Sequence[Question]) -> list[Earlier | None]:
        """The newest unsolved case of each sighting, in the order asked. Raises Unavailable."""
        ...


class SimilarReports(Protocol):
    async def before(self, comparisons: Sequence[Comparison]) -> list[tuple[Candidate, ...]]:
        """The reports near each that came before it, in their order; the nearest, if very many.

        In the order asked. What was refused is not among them. Raises Unavailable.
        """
        ...

    async def lead(
        self,
        led: Mapping[str, str | None],
        apart: Collection[str] = (),
        decided: Collection[str] = (),
    ) -> None:
        """Keep whom a rule let these cases follow, and which came after people undid that.

        All questions about those `decided` are answered; those that came after need not wait.

        Raises Unavailable.
        """
        ...

    async def begun(self, case_ids: Collection[str]) -> frozenset[str]:
        """Those that are known to run, or to have run. Raises Unavailable."""
        ...


class Sealer(Protocol):
    """Seals what is said about some cases (domain/privacy/personal.py)."""

    def seal(self, tenant: str, case_id: str, text: str) -> str:
        """The same for the same words. Of whoever was erased no word is kept."""
        ...

    def blind(self, tenant: str, text: str) -> str:
        """What stands for a text that is compared and may not be kept."""
        ...


class Sealing(Protocol):
    async def of(self, cases: Collection[tuple[str, str]]) -> Sealer:
        """Of these cases, each given by tenant and number; it may seal for no others.

        Raises Unavailable.
        """
        ...


class Outcomes(Protocol):
    async def settle(self, decisions: Sequence[RecordDecision]) -> None:
        """Keep the outcome of each record, in one transaction. Saying it again changes nothing.

        A position settled before keeps its first outcome, except that any replaces parked, and
        one that had its effect replaces rejected (a case that could not be started then, was).
        Rejected frees the identity the record held. A parked record is kept whole until another
        outcome replaces that and it is let go of. Raises Unavailable.
        """
        ...

    async def release(self, positions: Sequence[Position]) -> None:
        """Let go of those of these records that are kept: it is told. Raises Unavailable."""
        ...

    async def decided(self, positions: Sequence[Position]) -> Mapping[Position, RecordDecision]:
        """How those of these records ended that have an outcome. Raises Unavailable."""
        ...

    async def waiting(self, queues: Sequence[str]) -> Mapping[str, list[Position]]:
        """What is parked in each of these queues, in order. Raises Unavailable."""
        ...


class Ledger(Outcomes, Protocol):
    async def reserve(self, claims: Sequence[Claim]) -> list[Standing]:
        """Decide, in one transaction and in order, who holds each claimed identity.

        For each claim, as if they came one after the other:

        - nobody holds the identity, or its holder was settled as rejected: the claim holds it now
          and its reporter is kept (replacing the former holder's) -> MINE;
        - the holder's position is the claim's own -> MINE, or ACCEPTED once settled as accepted
          (whatever the digest: a new release may compute it otherwise);
        - the holder has the same digest -> DUPLICATE; another digest -> CONFLICT.

        One standing per claim, in the order of the claims. Concurrent callers serialise on the
        identity. Raises Unavailable; then nothing was kept, or the same call gives the same answer.
        """
        ...

    async def cases_of(self, complaints: Sequence[Reference]) -> Mapping[Reference, str]:
        """The cases of those of these complaints that came; the latest of a number that was used
        again. Raises Unavailable.
        """
        ...


class ParkedRecords(Protocol):
    async def ready(self, topic: str, limit: int) -> list[DueRecord]:
        """Parked records whose time has come, in the order of their queues. Raises Unavailable."""
        ...

    async def parked(self, topic: str) -> Mapping[Wait, int]:
        """How many wait, by what for; what nothing waits for is left out. Raises Unavailable."""
        ...

    async def untold(self, topic: str, limit: int) -> Sequence[tuple[Record, RecordDecision]]:
        """Kept records that have come to an end, which perhaps nobody told. Raises Unavailable."""
        ...

    async def reread(self, topic: str) -> None:
        """What was too new for an earlier release is ready. Raises Unavailable."""
        ...


class Commands(Protocol):
    async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
        """Give a command to a case; return when the case has done it, now or before.

        Repeating it is safe. Raises schemas.intake.CaseSilent when this case gives no answer
        though others would, Unavailable otherwise, or schemas.commands.NotTaken for what no retry
        can change.
        """
        ...


class JournaledCases(Protocol):
    async def find(self, tenant: str, case_id: str) -> Case | None:
        """The case as the journal has it; None where this tenant has none. Raises Unavailable."""
        ...


class CaseStarter(Protocol):
    async def start(self, plan: CasePlan) -> bool:
        """Start the case's workflow: True when new, False when it existed before (open or closed).

        Repeating it is safe. Raises Unavailable, or Unstartable for what no retry can change.
        """
        ...


class DeadLetters(Protocol):
    async def put(self, record: Record, reason: RejectReason, detail: str) -> Letter:
        """Keep the record's bytes and headers; return once the broker holds them safely.

        May keep it twice when called twice. Raises Unavailable.
        """
        ...


class ReceiptSender(Protocol):
    async def put(self, record: Record, decision: RecordDecision) -> None:
        """Tell the record's publisher its outcome; return once the broker holds that safely.

        May tell it twice when called twice, under the same id. Raises Unavailable.
        """
        ...
