"""The ledger of intake without a database: it keeps the promises of consumers.ports.Ledger."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from consumers.ports import Reference
from schemas.intake import TAKEN, Claim, Outcome, Position, Record, RecordDecision, Standing

Identity = tuple[str, str, str]


@dataclass
class MemoryLedger:
    """Keeps the promises of consumers.ports.Ledger without a database."""

    holders: dict[Identity, Claim] = field(default_factory=dict)
    settled: dict[Position, RecordDecision] = field(default_factory=dict)
    released: set[Position] = field(default_factory=set)
    before_settling: Callable[[], None] = lambda: None

    async def reserve(self, claims: Sequence[Claim]) -> list[Standing]:
        here = {claim.position for claim in claims}
        return [self._reserve(claim, here) for claim in claims]

    def _reserve(self, claim: Claim, here: set[Position]) -> Standing:
        holder = self.holders.setdefault(identity_of(claim), claim)
        if holder.position == claim.position:
            return Standing.ACCEPTED if self._had_its_effect(holder) else Standing.MINE
        if holder.digest != claim.digest:
            return Standing.CONFLICT
        done = self.settled.get(holder.position)
        parked = done is not None and done.outcome is Outcome.PARKED
        if holder.position in here or parked or self._had_its_effect(holder):
            return Standing.DUPLICATE
        self.holders[identity_of(claim)] = claim
        return Standing.MINE

    def _had_its_effect(self, claim: Claim) -> bool:
        done = self.settled.get(claim.position)
        return done is not None and done.outcome in TAKEN

    async def settle(self, decisions: Sequence[RecordDecision]) -> list[RecordDecision]:
        self.before_settling()
        settled = []
        for given in decisions:
            decision = self._won(given)
            settled.append(decision)
            before = self.settled.get(decision.position)
            if before is None or _replaces(decision.outcome, before.outcome):
                self.settled[decision.position] = decision
            if decision.outcome is Outcome.REJECTED:
                self._free(decision.position)
        return settled

    def _won(self, decision: RecordDecision) -> RecordDecision:
        claim = decision.claim
        if claim is None or decision.outcome not in TAKEN:
            return decision
        holder = self.holders.get(identity_of(claim), claim)
        if holder.position != claim.position:
            if holder.digest != claim.digest:
                return decision
            if self._had_its_effect(holder):
                return replace(decision, outcome=Outcome.DUPLICATE)
        self.holders[identity_of(claim)] = claim
        return decision

    async def cases_of(self, complaints: Sequence[Reference]) -> dict[Reference, str]:
        held = self.holders.values()
        filed = [claim for claim in held if claim.is_filed]
        known = {(c.tenant, c.source, c.complaint_id): c.case_id for c in filed}
        return {each: known[each] for each in complaints if each in known}

    async def waiting(self, queues: Sequence[str]) -> dict[str, list[Position]]:
        found: dict[str, list[Position]] = {}
        for decision in self.settled.values():
            if decision.hold is not None and decision.hold.queue in queues:
                found.setdefault(decision.hold.queue, []).append(decision.position)
        return found

    def parked(self) -> list[Record]:
        kept = (each.record for each in self.settled.values() if each.hold is not None)
        return [record for record in kept if record is not None]

    async def release(self, positions: Sequence[Position]) -> None:
        self.released.update(positions)

    async def decided(self, positions: Sequence[Position]) -> dict[Position, RecordDecision]:
        return {place: self.settled[place] for place in positions if place in self.settled}

    def _free(self, position: Position) -> None:
        for identity, claim in list(self.holders.items()):
            if claim.position == position:
                del self.holders[identity]

    def outcomes(self) -> dict[int, Outcome]:
        return {position.offset: done.outcome for position, done in sorted_by_offset(self.settled)}


def identity_of(claim: Claim) -> Identity:
    return (claim.tenant, claim.source, claim.event_id)


def _replaces(outcome: Outcome, before: Outcome) -> bool:
    return before is Outcome.PARKED or (before is Outcome.REJECTED and outcome in TAKEN)


def sorted_by_offset(
    settled: dict[Position, RecordDecision],
) -> list[tuple[Position, RecordDecision]]:
    return sorted(settled.items(), key=lambda item: item[0].offset)
