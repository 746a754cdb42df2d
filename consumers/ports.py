"""What intake needs from other systems, as Protocols. schemas/intake.py names their failures."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from domain.case.state import Case
from domain.complaints import Complaint
from domain.matching.clustering import Candidate
from domain.matching.dedupe import DedupeQuery, UnsolvedCase
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
"""How later events name a complaint: (tenant, source, the source's own number)."""

Planner = Callable[[Policy, Complaint, Sequence[str]], CasePlan]
"""Chooses tier, unit and clocks and says why; a pure function of policy, complaint and the numbers
of earlier cases of the same spot and category. Any exception is a defect and stops intake."""


class Policies(Protocol):
    def current(self, tenant: str) -> Policy:
        """Return the policy in force for `tenant`. Raises schemas.intake.UnknownTenant."""
        ...

    def served(self) -> Mapping[str, Policy]:
        """Return the policy in force of each tenant that is served here."""
        ...


class Repeats(Protocol):
    async def before(self, spots: Sequence[Spot]) -> list[tuple[str, ...]]:
        """Return the other cases of each spot, newest first, in the order asked.

        Raises Unavailable.
        """
        ...

    async def unsolved(self, questions: Sequence[DedupeQuery]) -> list[UnsolvedCase | None]:
        """Return the newest unsolved case for each question, in the order asked.

        Raises Unavailable.
        """
        ...


class SimilarReports(Protocol):
    async def before(self, comparisons: Sequence[Comparison]) -> list[tuple[Candidate, ...]]:
        """Return for each, in the order asked, the earlier reports near it, in their order.

        If there are very many, the nearest. Refused cases are left out. Raises Unavailable.
        """
        ...

    async def lead(
        self,
        led: Mapping[str, str | None],
        apart: Collection[str] = (),
        decided: Collection[str] = (),
    ) -> None:
        """Keep which case a rule let each follow, and which came after people had undone that.

        `led` maps a case to its leader or to None, `apart` are those that came after, and about all
        of `decided` the question is answered, so that later chunks need not wait for them. Raises
        Unavailable.
        """
        ...

    async def begun(self, case_ids: Collection[str]) -> frozenset[str]:
        """Return those that are known to run, or to have run. Raises Unavailable."""
        ...


class Sealer(Protocol):
    """Seals the texts of some cases (domain/privacy/personal.py)."""

    def seal(self, tenant: str, case_id: str, text: str) -> str:
        """Return the sealed text, the same for the same text; without any word after an erasure."""
        ...

    def blind(self, tenant: str, text: str) -> str:
        """Return a keyed digest of a text that is compared and must not be kept."""
        ...


class Sealing(Protocol):
    async def of(self, cases: Collection[tuple[str, str]]) -> Sealer:
        """Return a sealer for these cases, (tenant, number) each, and no others.

        Raises Unavailable.
        """
        ...


class Outcomes(Protocol):
    async def settle(self, decisions: Sequence[RecordDecision]) -> Sequence[RecordDecision]:
        """Keep the outcome of each record, in one transaction. A second call changes nothing.

        Returns the decisions as they hold: where two records of one event were decided side by
        side, the first one settled had its effect and holds the identity, the other one is a
        duplicate. A position settled before keeps its first outcome, except that any replaces
        parked, and one that had its effect replaces rejected (a case that could not be started
        then, was). Rejected frees the identity that the record held. A parked record is kept whole
        until another outcome replaces that one and `release` is called. Raises Unavailable.
        """
        ...

    async def release(self, positions: Sequence[Position]) -> None:
        """Delete those of these records that are kept, once their receipts are sent.

        Raises Unavailable.
        """
        ...

    async def decided(self, positions: Sequence[Position]) -> Mapping[Position, RecordDecision]:
        """Return the decisions of those of these records that have one. Raises Unavailable."""
        ...

    async def waiting(self, queues: Sequence[str]) -> Mapping[str, list[Position]]:
        """Return what is parked in each of these queues, in order. Raises Unavailable."""
        ...


class Ledger(Outcomes, Protocol):
    async def reserve(self, claims: Sequence[Claim]) -> list[Standing]:
        """Decide, in one transaction and in order, who holds each claimed identity.

        For each claim, as if they came one after the other:

        - nobody holds the identity, or its holder was settled as rejected: the claim holds it now
          and its reporter is kept (replacing the former holder's) -> MINE;
        - the holder's position is the claim's own -> MINE, or ACCEPTED once settled as accepted
          (whatever the digest: a new release may compute it otherwise);
        - the holder has the same digest, has had no effect yet and is not parked: the claim takes
          the identity over -> MINE, because the broker may have lost the holder. Not when the
          holder is among these claims;
        - else the holder has the same digest -> DUPLICATE; another digest -> CONFLICT.

        One standing per claim, in the order of the claims. Concurrent callers serialise on the
        identity. Raises Unavailable; then nothing was kept, or the same call gives the same answer.
        """
        ...

    async def cases_of(self, complaints: Sequence[Reference]) -> Mapping[Reference, str]:
        """Return the cases of those of these complaints that have one; for a number that was used
        again, the latest. Raises Unavailable.
        """
        ...


class ParkedRecords(Protocol):
    """Parked records of a topic, whichever process parked them."""

    async def ready(self, topic: str, limit: int) -> list[DueRecord]:
        """Return parked records whose time has come, in the order of their queues.

        Raises Unavailable.
        """
        ...

    async def parked(self, topic: str) -> Mapping[Wait, int]:
        """Return how many wait, by what they wait for; zeros are left out. Raises Unavailable."""
        ...

    async def untold(self, topic: str, limit: int) -> Sequence[tuple[Record, RecordDecision]]:
        """Return kept records that have a final outcome and perhaps no receipt.

        Raises Unavailable.
        """
        ...

    async def reread(self, topic: str) -> None:
        """Make records that were too new for an earlier release ready. Raises Unavailable."""
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
        """Return the case from the journal; None if this tenant has no such case.

        Raises Unavailable.
        """
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


class FollowCodes(Protocol):
    async def of(self, decisions: Sequence[RecordDecision]) -> Mapping[Position, str]:
        """Return the codes for those of these decisions that report a new complaint's case.

        Raises Unavailable.
        """
        ...


class ReceiptSender(Protocol):
    async def put(self, record: Record, decision: RecordDecision) -> None:
        """Send the receipt of a record; return once the broker holds it safely.

        May send it twice when called twice, with the same id. Raises Unavailable.
        """
        ...
