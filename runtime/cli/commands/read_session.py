"""Read access to cases for commands: as a person of a roster, or without restriction."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from domain.case.access import Reach, reach_of
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.state import Case
from domain.matching.search_terms import TooShort
from domain.policy.model import Policy
from runtime.cli.typed_numbers import seconds
from runtime.clock import utc_now
from runtime.problems import NotYet, Problem
from runtime.settings import Settings
from runtime.wiring.databases import options_of
from runtime.wiring.packs import load_all, must_be_served
from runtime.wiring.people_named import no_such_person, person_id
from runtime.wiring.policy_registry import with_absences
from schemas.intake import Reporter
from schemas.records import CaseRow
from store.cases.filters import CaseFilter
from store.cases.finding import sought
from store.cases.persons_texts import PersonsTexts
from store.cases.read_model import PostgresCases
from store.cases.row_access import PersonsDatabase
from store.connection import Database, open_database
from store.errors import AmbiguousCase, NoSuchCase, StoreUnavailable, advice_of
from store.journal.cases import PostgresJournaledCases
from store.people.absences import PostgresAbsences
from store.privacy.keys import PostgresKeys
from store.privacy.readings import reporter_for
from store.privacy.unseal import Unsealer

AS = "SANBAN_AS"
"""Who acts and reads where --as is not typed: a person at a terminal of their own."""
Person = Annotated[
    str,
    typer.Option(
        "--as",
        envvar=AS,
        help="The person of the roster who reads: show only what they may see; default SANBAN_AS.",
    ),
]
Tenant = Annotated[str | None, typer.Option(help="Only this tenant.")]
WaitFor = Annotated[
    str,
    typer.Option(
        help="CASE:ROW, from the answer of `act`: wait until it is visible; exit code 4 if not."
    ),
]
Patience = Annotated[
    float, typer.Option(parser=seconds(), help="With --wait-for: the longest wait in seconds.")
]

PATIENCE = 5.0
_BETWEEN_LOOKS = 0.05
_LISTED = "`sanban cases list` shows the cases"


@dataclass(frozen=True)
class ReadSession:
    """An open database: `database` has the person's rights, `services` the program's."""

    database: Database
    services: Database

    @property
    def keys(self) -> PostgresKeys:
        return PostgresKeys(self.services)

    @property
    def opening(self) -> Unsealer:
        return Unsealer(self.keys)

    @property
    def journaled(self) -> PostgresJournaledCases:
        return PostgresJournaledCases(self.services)

    @property
    def cases(self) -> PostgresCases:
        return PostgresCases(self.database)

    async def wait_for(self, position: str, patience: float) -> None:
        """Wait until the read model has the journal row CASE:ROW. Raises NotYet, Problem.

        One transaction writes journal and read model, so this waits only for a row that is not yet
        committed, or not yet on this replica.
        """
        case_id, _, row = position.rpartition(":")
        if not case_id or not row.isdecimal():
            raise Problem(f"{position!r} is not CASE:ROW", do="take it from the answer of the act")
        clock = asyncio.get_running_loop()
        ends = clock.time() + patience
        while (seen := await self.cases.seq(case_id)) < int(row):
            if clock.time() >= ends:
                raise NotYet(case_id, int(row), seen)
            await asyncio.sleep(_BETWEEN_LOOKS)

    async def sought(self, wanted: CaseFilter, text: str, now: datetime) -> CaseFilter:
        """Return the filter with what a text finds. Raises Problem if it has no search terms."""
        reader = self.database
        if isinstance(reader, PersonsDatabase) and not reader.reach.reads_words:
            raise Problem("an auditor reads no words, so there are none to search for")
        try:
            return await sought(self.services, reader, wanted, text, now)
        except TooShort as error:
            raise Problem(str(error)) from error

    async def row(self, beginning: str, tenant: str | None = None) -> CaseRow:
        """Return the case (of the tenant) whose number begins so.

        Raises Problem if there is none, or several.
        """
        try:
            return await self.cases.get(beginning, tenant=tenant)
        except NoSuchCase as error:
            of = f" of tenant {tenant}" if tenant else ""
            raise Problem(f"no case{of} begins with {beginning!r}", do=_LISTED) from error
        except AmbiguousCase as error:
            raise Problem(
                f"{beginning!r} begins several case numbers: {', '.join(error.candidates)}",
                do="give more of the number",
            ) from error

    async def row_as(self, beginning: str, reaches: Sequence[Reach]) -> CaseRow:
        """Return the case whose number begins so, among those that one of these reads: to a person,
        a case of others is as one that there is not. Raises Problem.
        """
        found = []
        for reach in reaches:
            own = ReadSession(PersonsDatabase(self.services, reach), self.services)
            try:
                found.append(await own.cases.get(beginning, tenant=reach.tenant))
            except NoSuchCase:
                continue
            except AmbiguousCase:
                return await own.row(beginning, reach.tenant)
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(row.case_id for row in found)
            detail = f"{beginning!r} begins several case numbers: {several}"
            raise Problem(detail, do="give more of the number")
        raise Problem(f"no case begins with {beginning!r}", do=_LISTED)

    async def events(self, case_id: str) -> list[Event]:
        """Return the case's events with their texts unsealed."""
        return await self._texts.events(case_id)

    async def titles(self, rows: Sequence[CaseRow]) -> list[CaseRow]:
        """Return the rows with their titles unsealed, without what the person may not read."""
        return await self._texts.titles(rows)

    @property
    def _texts(self) -> PersonsTexts:
        return PersonsTexts(self.database, self.services)

    async def reporter(self, tenant: str, case_id: str) -> Reporter | None:
        """Return who reported the case, or the one that led to it, if the person may call back.

        None if not, or if no person reads.
        """
        if not isinstance(self.database, PersonsDatabase):
            return None
        return await reporter_for(self.database, self.services, tenant, case_id)

    async def today_of(self, policies: Mapping[str, Policy], tenant: str) -> Policy | None:
        """Return the policy of a tenant with the absences that people have set over its roster."""
        if (policy := policies.get(tenant)) is None:
            return None
        found = await PostgresAbsences(self.services).holding(utc_now(), tenant)
        return with_absences(policy, policy.roster, found)

    async def reaches(self, packed: Sequence[Reach], settings: Settings) -> list[Reach]:
        """Return what a person may read in each tenant with the absences that people have set."""
        return [await _reach_today(settings, self.services, each) for each in packed]

    async def case(self, case_id: str) -> Case:
        """Return the case, folded from its journal."""
        return fold(await self.events(case_id))


def reaches_of(settings: Settings, person: str, tenant: str | None = None) -> list[Reach]:
    """Return what a person may read in each tenant (or in this one) whose roster has them."""
    policies = load_all(settings)
    must_be_served(policies, tenant)
    person = person_id(policies.values(), person)
    return [
        reach_of(policy, each, utc_now())
        for policy in policies.values()
        if tenant in {None, policy.tenant}
        for each in policy.roster.people
        if each.id == person
    ]


def reach_for(settings: Settings, person: str, tenant: str | None = None) -> Reach | None:
    """Return what a person of a roster may read; None if no person is given. Raises Problem."""
    if not person:
        return None
    found = reaches_of(settings, person, tenant)
    if not found:
        served = [each for each in load_all(settings).values() if tenant in {None, each.tenant}]
        raise no_such_person(served, person, f"the roster of {tenant or 'any tenant'}")
    if len(found) > 1:
        tenants = ", ".join(sorted(each.tenant for each in found))
        raise Problem(f"{person!r} is a person of {tenants}", do="choose one with --tenant")
    return found[0]


async def _reach_today(settings: Settings, database: Database, reach: Reach) -> Reach:
    """Return what the person may read with the absences that people have set."""
    found = await PostgresAbsences(database).holding(utc_now(), reach.tenant)
    if not found:
        return reach
    packed = load_all(settings)[reach.tenant]
    policy = with_absences(packed, packed.roster, found)
    person = next(each for each in policy.roster.people if each.id == reach.person)
    return reach_of(policy, person, utc_now())


@asynccontextmanager
async def read_session(
    settings: Settings, reach: Reach | None = None
) -> AsyncIterator[ReadSession]:
    """Open the database to read everything, or only what is within a person's reach.

    Raises Problem if PostgreSQL cannot be reached.
    """
    options = options_of(settings, "cli", seals=True, max_size=4)
    try:
        async with open_database(options) as database:
            if (reason := await database.ping()) is not None:
                do = advice_of(reason)
                raise Problem(reason.removesuffix(f": {do}"), do=do)
            reader: Database = database
            if reach is not None:
                reader = PersonsDatabase(database, await _reach_today(settings, database, reach))
            yield ReadSession(reader, database)
    except StoreUnavailable as error:
        raise Problem(str(error), do=advice_of(error.detail)) from error
