"""The ledger under random chunks, beside its promise taken literally."""

import random
from collections.abc import Sequence
from dataclasses import replace

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
        here = {one.position for one in claims}
        return [self._reserve(one, here) for one in claims]

    def _reserve(self, one: Claim, here: set[Position]) -> Standing:
        holder, state = self.holders.get(one.event_id, (one, "rejected"))
        lost = state == "held" and holder.position not in here
        if state == "rejected" or (lost and holder.digest == one.digest):
            self.holders[one.event_id] = (one, "held")
            return Standing.MINE
        if holder.position == one.position:
            return Standing.ACCEPTED if state == "accepted" else Standing.MINE
        return Standing.DUPLICATE if holder.digest == one.digest else Standing.CONFLICT

    def settle(self, decisions: Sequence[RecordDecision]) -> None:
        for given in decisions:
            one = self._won(given)
            before = self.outcomes.setdefault(one.position, one.outcome)
            late = before is Outcome.REJECTED and one.outcome in TAKEN
            if before is Outcome.PARKED or late:
                self.outcomes[one.position] = one.outcome

    def _won(self, one: RecordDecision) -> RecordDecision:
        for event, (holder, state) in self.holders.items():
            claimed = one.claim and one.claim.event_id == event
            mine = holder.position == one.position and (claimed or one.claim is None)
            same = mine or (claimed and one.claim and one.claim.digest == holder.digest)
            if one.outcome in TAKEN and same and state == "accepted" and not mine:
                return replace(one, outcome=Outcome.DUPLICATE)
            if one.outcome in TAKEN and same and state != "accepted":
                self.holders[event] = (replace(holder, position=one.position), "accepted")
            elif one.outcome is Outcome.REJECTED and mine and state != "accepted":
                self.holders[event] = (holder, "rejected")
        return one


async def test_chunks_end_as_if_their_records_came_one_after_the_other(
    database: Database,
) -> None:
    ledger = PostgresLedger(database)
    model = OneAfterTheOther()
    for seed in range(40):
        chance = random.Random(seed)  # noqa: S311
        events = [f"{seed}-{number}" for number in range(3)]
        records = [
            claim(6 * seed + number, chance.choice(events), chance.choice("xy"))
            for number in range(6)
        ]
        for _ in range(15):
            claims = [chance.choice(records) for _ in range(chance.randint(1, 5))]
            once = len(set(claims)) == len(claims)
            if chance.random() < 0.5:
                assert model.reserve(claims) == await ledger.reserve(claims), seed
            else:
                # One call has a record once; without its claim also twice.
                decisions = [
                    replace(
                        decision(each.position.offset, chance.choice(list(Outcome))),
                        claim=each if once and chance.random() < 0.5 else None,
                    )
                    for each in claims
                ]
                model.settle(decisions)
                await ledger.settle(decisions)

    entries = await PostgresLedgerEntries(database).newest(limit=1000)
    assert model.outcomes == {entry.decision.position: entry.decision.outcome for entry in entries}
