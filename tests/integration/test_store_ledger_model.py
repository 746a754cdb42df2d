"""The ledger under random chunks, beside its promise taken literally."""

import random
from collections.abc import Sequence

from schemas.intake import TAKEN, Claim, Outcome, Position, RecordDecision, Standing
from store.connection import Database
from store.intake.ledger import PostgresLedger
from store.intake.ledger_entries import PostgresLedgerEntries
from tests.integration.test_store_ledger import claim, decision


class OneAfterTheOther:
    """The port's docstring, taken literally, one claim and one decision at a time."""

    def __init__(self) -> None:
        self.holders: dict[str, tuple[Claim, str]] = {}
        self.outcomes: dict[Position, Outcome] = {}

    def reserve(self, claims: Sequence[Claim]) -> list[Standing]:
        return [self._reserve(one) for one in claims]

    def _reserve(self, one: Claim) -> Standing:
        holder, state = self.holders.get(one.event_id, (one, "rejected"))
        if state == "rejected":
            self.holders[one.event_id] = (one, "held")
            return Standing.MINE
        if holder.position == one.position:
            return Standing.ACCEPTED if state == "accepted" else Standing.MINE
        return Standing.DUPLICATE if holder.digest == one.digest else Standing.CONFLICT

    def settle(self, decisions: Sequence[RecordDecision]) -> None:
        for one in decisions:
            before = self.outcomes.setdefault(one.position, one.outcome)
            late = before is Outcome.REJECTED and one.outcome in TAKEN
            if before is Outcome.PARKED or late:
                self.outcomes[one.position] = one.outcome
            for event, (holder, state) in self.holders.items():
                if holder.position == one.position and state != "accepted":
                    if one.outcome in TAKEN:
                        self.holders[event] = (holder, "accepted")
                    elif one.outcome is Outcome.REJECTED:
                        self.holders[event] = (holder, "rejected")


async def test_chunks_end_as_if_their_records_came_one_after_the_other(
    database: Database,
) -> None:
    ledger = PostgresLedger(database)
    model = OneAfterTheOther()
    for seed in range(40):
        chance = random.Random(seed)  # noqa: S311
        offsets = range(6 * seed, 6 * seed + 6)
        events = [f"{seed}-{number}" for number in range(3)]
        for _ in range(15):
            chosen = [chance.choice(offsets) for _ in range(chance.randint(1, 5))]
            if chance.random() < 0.5:
                claims = [
                    claim(offset, chance.choice(events), chance.choice("xy")) for offset in chosen
                ]
                assert model.reserve(claims) == await ledger.reserve(claims), seed
            else:
                decisions = [decision(offset, chance.choice(list(Outcome))) for offset in chosen]
                model.settle(decisions)
                await ledger.settle(decisions)

    entries = await PostgresLedgerEntries(database).newest(limit=1000)
    assert model.outcomes == {entry.decision.position: entry.decision.outcome for entry in entries}
