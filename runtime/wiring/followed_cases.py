"""Cases as citizens follow them by code: for the gateway, and for `sanban cases follow`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.public_view import PublicView, follows, public_view
from domain.policy.model import Policy
from store.connection import Database
from store.journal.rows import PostgresJournal
from store.privacy.follow_codes import PostgresFollowCodes
from store.privacy.keys import PostgresKeys
from store.privacy.reporters import PostgresReporters
from store.privacy.unseal import Unsealer

_MOST_STEPS = 10
"""A case follows one that follows another; no town merges more deeply."""


@dataclass(frozen=True, slots=True)
class FollowedCases:
    """Implements console.gateway.ports.Followed. `policies`: by tenant."""

    database: Database
    codes: PostgresFollowCodes
    policies: Mapping[str, Policy]

    async def code_of(self, tenant: str, case_id: str) -> str | None:
        """Return the code of a case; None before intake has reserved it, and after its erasure."""
        return (await self.codes.of([(tenant, case_id)])).get((tenant, case_id))

    async def find(self, tenants: Sequence[str], code: str) -> PublicView | None:
        """Return the case of a code as its citizen may see it; None for any other code."""
        ref = await self.codes.case_of(tenants, code)
        if ref is None:
            return None
        tenant, case_id = ref
        events = await self._events(tenant, case_id)
        if not events:
            return None  # intake has reserved it, and it has no row yet
        leader, names = await self._leader(tenant, events), await self._names(tenant, case_id)
        if leader:
            names += await self._names(tenant, fold(leader).case_id)
        return public_view(self.policies[tenant], events, leader, names)

    async def _leader(self, tenant: str, events: Sequence[Event]) -> Sequence[Event]:
        """Return the rows of the case whose way it goes in the end; () if it goes its own."""
        leader: Sequence[Event] = ()
        for _ in range(_MOST_STEPS):
            number = follows(leader or events)
            found = await self._events(tenant, number) if number else []
            if not found:
                break
            leader = found
        return leader

    async def _events(self, tenant: str, case_id: str) -> Sequence[Event]:
        rows = await PostgresJournal(self.database).read(case_id)
        events = await Unsealer(PostgresKeys(self.database)).events([row.body for row in rows])
        return events if events and fold(events).plan.complaint.tenant == tenant else []

    async def _names(self, tenant: str, case_id: str) -> list[str]:
        reporter = await PostgresReporters(self.database).of_case(tenant, case_id)
        return [reporter.name, reporter.phone] if reporter else []
