"""The town whose patrols a command is about, and the person who acts in it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from domain.patrols.patrollers import Patroller
from domain.patrols.routes import Patrol
from domain.policy.model import Policy
from runtime.cli.commands.read_session import ReadSession, read_session
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import load
from runtime.wiring.packs import load_all, must_be_served
from runtime.wiring.people_named import no_such_person, person_id
from store.patrols.days import PatrolDay, day_with
from store.patrols.patrols import PatrolAct, PostgresPatrols


@dataclass(frozen=True, slots=True)
class PatrolTown:
    """A town, its patrols, and the person who acts there; no one while they only read."""

    policy: Policy
    kept: PostgresPatrols
    person: str
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.policy.calendar.zone)

    @property
    def patroller(self) -> Patroller:
        return Patroller(self.policy, self.person, self.now)

    def act(self, number: str = "", why: str = "") -> PatrolAct:
        return PatrolAct(number or str(uuid4()), self.policy.tenant, self.person, self.now, why)

    async def day_with(self, patrol: str) -> tuple[PatrolDay, Patrol]:
        """Return a patrol, and its day. Raises Problem."""
        day = await day_with(self.kept, self.policy, patrol)
        found = day.patrol(patrol)
        if found is None:
            raise Problem(
                f"no patrol {patrol!r} in {self.policy.tenant}",
                do="`sanban patrols list --on DAY` shows those of a day",
            )
        return day, found


@asynccontextmanager
async def patrol_town(person: str, tenant: str | None, *, acts: bool) -> AsyncIterator[PatrolTown]:
    """Open a town as a person, with the absences of now. Raises Problem; `acts`: without one."""
    settings = load()
    policies = load_all(settings)
    packed, person = town_of(policies, person, tenant, acts=acts)
    async with read_session(settings) as session:
        policy = await _today(session, policies, packed)
        yield PatrolTown(policy, PostgresPatrols(session.database), person, utc_now())


async def _today(session: ReadSession, policies: dict[str, Policy], packed: Policy) -> Policy:
    return await session.today_of(policies, packed.tenant) or packed


def town_of(
    policies: Mapping[str, Policy], person: str, tenant: str | None, *, acts: bool
) -> tuple[Policy, str]:
    """Return the policy of the town, and the id of the person. Raises Problem.

    `acts`: there has to be a person.
    """
    must_be_served(policies, tenant)
    served = [each for each in policies.values() if tenant in {None, each.tenant}]
    if not person:
        if acts:
            raise Problem("no person given", do="say with --as who acts")
        if len(served) > 1:
            raise Problem(f"there are {len(served)} towns", do="choose one with --tenant or --as")
        return served[0], ""
    id_ = person_id(served, person)
    found = [each for each in served if any(p.id == id_ for p in each.roster.people)]
    if not found:
        raise no_such_person(served, person)
    if len(found) > 1:
        tenants = ", ".join(sorted(each.tenant for each in found))
        raise Problem(f"{person!r} is a person of {tenants}", do="choose one with --tenant")
    return found[0], id_
