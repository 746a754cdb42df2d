"""The policies of a process: the current ones for intake, pinned ones and people for cases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.case.commands import OtherCase, SeenFile
from domain.case.reservations import OtherReservation
from domain.people.roster_changes import overlaid
from domain.people.rosters import Roster
from domain.policy.campaigns import Campaign
from domain.policy.model import Policy
from domain.policy.resources import ResourceLedger
from domain.policy.sources import SourceRule
from domain.vocabulary import Stage, Tier, Urgency
from runtime.clock import utc_now
from schemas.intake import Spot, UnknownTenant
from schemas.packs.content import content_of, policy_from
from store.cases.files import PostgresFiles
from store.cases.read_model import PostgresCases
from store.cases.reservations import PostgresReservations
from store.errors import AmbiguousCase, NoSuchCase
from store.packs.published import PostgresPolicies, Publisher
from store.people.absences import PostgresAbsences, StoredAbsence
from store.privacy.keys import PostgresKeys


def with_absences(policy: Policy, packed: Roster, found: Iterable[StoredAbsence]) -> Policy:
    """Return the policy with its roster as packed, and what people of the tenant set over it."""
    changes = [each.change for each in found if each.tenant == policy.tenant]
    return replace(policy, roster=overlaid(packed, changes))


@dataclass(frozen=True)
class PolicyRegistry:
    """Policies by tenant and by hash. `current_policies`: tenant -> the pack of this process."""

    current_policies: dict[str, Policy]
    published: PostgresPolicies
    _by_hash: dict[str, Policy] = field(default_factory=dict)
    _rosters: dict[str, Roster] = field(default_factory=dict)
    _absences: list[StoredAbsence] = field(default_factory=list)

    async def publish(self, publisher: Publisher) -> None:
        """Store the packs, so that every worker finds them by hash. Raises StoreUnavailable."""
        for policy in self.current_policies.values():
            body = content_of(policy)
            await self.published.publish(policy.tenant, policy.hash, body, publisher)

    async def refresh(self) -> None:
        """Lay the absences that people have set over the rosters of the packs, so that who asks
        next finds the people of this moment. Raises StoreUnavailable.
        """
        found = await PostgresAbsences(self.published.database).holding(utc_now())
        if found == self._absences:
            return
        self._absences[:] = found
        for tenant, policy in [*self.current_policies.items()]:
            packed = self._rosters.setdefault(tenant, policy.roster)
            self.current_policies[tenant] = with_absences(policy, packed, found)

    def current(self, tenant: str) -> Policy:
        """Return the policy of this process for a tenant. Raises UnknownTenant."""
        try:
            return self.current_policies[tenant]
        except KeyError:
            raise UnknownTenant(tenant) from None

    def served(self) -> Mapping[str, Policy]:
        """Return the policy of this process for each tenant."""
        return self.current_policies

    async def pinned(self, tenant: str, policy_hash: str) -> Policy:
        """Return the policy that a case keeps, with today's roster and inventory.

        Raises LookupError when it was never published, or StoreUnavailable.
        """
        for policy in self.current_policies.values():
            if policy.hash == policy_hash:
                return policy
        if policy_hash not in self._by_hash:
            body = await self.published.body(policy_hash)
            if body is None:
                raise LookupError(f"no policy {policy_hash} was ever published")
            kept = policy_from(body, self.roster(tenant))
            # As the roster: whose a thing is has no version of its own.
            inventory = self.current(tenant).inventory
            self._by_hash[policy_hash] = replace(kept, inventory=inventory)
        return self._by_hash[policy_hash]

    def roster(self, tenant: str) -> Roster:
        return self.current(tenant).roster

    def sources(self, tenant: str) -> tuple[SourceRule, ...]:
        return self.current(tenant).sources

    async def repeats(self, spot: Spot) -> int:
        """Count the other cases of the spot in the read model. Raises StoreUnavailable."""
        [found] = await PostgresCases(self.published.database).before([spot])
        return len(found)

    async def other(self, tenant: str, case_id: str) -> OtherCase | None:
        """Return another case as the read model has it. Raises StoreUnavailable."""
        try:
            row = await PostgresCases(self.published.database).get(case_id, tenant=tenant)
        except (NoSuchCase, AmbiguousCase):
            return None
        if row.case_id != case_id:
            return None
        return OtherCase(
            row.case_id,
            Stage(row.stage),
            Tier(row.tier),
            Urgency(row.urgency),
            row.category,
            row.grid,
            row.spot,
            row.holder,
        )

    async def seen(self, tenant: str, files: tuple[str, ...], case_id: str) -> tuple[SeenFile, ...]:
        """Return where files were handed in first. Raises StoreUnavailable."""
        return await PostgresFiles(self.published.database).seen(tenant, files, case_id)

    async def erased(self, tenant: str, case_id: str) -> bool:
        """Return whether the key of the case is destroyed. Raises StoreUnavailable."""
        return await PostgresKeys(self.published.database).erased(tenant, case_id)

    def resources(self, tenant: str) -> ResourceLedger:
        return self.current(tenant).resources or ResourceLedger()

    async def reserved(
        self, tenant: str, resources: tuple[str, ...], start: datetime, until: datetime
    ) -> tuple[OtherReservation, ...]:
        """Return which cases have these resources in the span. Raises StoreUnavailable."""
        store = PostgresReservations(self.published.database)
        return tuple(await store.overlapping(tenant, resources, start, until))

    def assistants(self, tenant: str) -> tuple[str, ...]:
        """Return the units that are given tasks, but no cases."""
        policy = self.current(tenant)
        living = (unit.id for unit in policy.units if unit.successor is None)
        return tuple(unit for unit in living if not policy.may_lead(unit, Tier.ASSIGN))

    def campaigns(self, tenant: str) -> tuple[Campaign, ...]:
        return self.current(tenant).campaigns

    def units(self, tenant: str) -> tuple[str, ...]:
        """Return the units that can be given a case today: those without a successor."""
        return tuple(unit.id for unit in self.current(tenant).units if unit.successor is None)
