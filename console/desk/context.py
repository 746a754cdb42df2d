"""What every page works with: the parts of the console, and who asks for the page."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from zoneinfo import ZoneInfo

from starlette.requests import Request

from console.desk.audit_ports import Audit
from console.desk.duty_ports import Absences
from console.desk.live import LiveHub
from console.desk.local_times import LocalTimes
from console.desk.names import TownNames
from console.desk.navigation import NavigationEntry, entries_for
from console.desk.offers import LookUp
from console.desk.outside import OutsideTasks
from console.desk.oversight_ports import Oversight, Readings
from console.desk.patrol_ports import Patrols
from console.desk.ports import BulkActs, CaseCommands, Exports, Reader, Readers, SavedViews
from console.desk.screen_ports import Screens
from console.desk.sign_in_ports import KeptForms, Sessions, WaysIn
from console.desk.uploads import Media
from console.desk.wording import Wording, wording
from domain.case.access import Reach, reach_of
from domain.case.turns import waits_for
from domain.people.capacities import capacities
from domain.people.rosters import Person, posts_held
from domain.policy.model import Policy
from domain.sla.clocks import EVERY_DAY
from domain.sla.working_days import between
from domain.vocabulary import Role
from schemas.console import Session

COOKIE, BROWSER_COOKIE = "sanban", "sanban-browser"
_SECURE = "__Host-"
"""How the names of cookies begin behind TLS: browsers then refuse one that another host has set."""


@dataclass(frozen=True)
class DeskContext:
    """The parts of one console. `policies`: by tenant. `secure`: people reach it by TLS.

    `training`: each page says that nothing here counts.
    """

    policies: Mapping[str, Policy]
    sessions: Sessions
    kept_forms: KeptForms
    readers: Readers
    readings: Readings
    commands: CaseCommands
    exports: Exports
    oversight: Oversight
    audit: Audit
    absences: Absences
    patrols: Patrols
    bulk_acts: BulkActs
    views: SavedViews
    look_up: LookUp
    media: Media | None
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    ways: WaysIn = field(default_factory=WaysIn)
    secure: bool = False
    training: bool = False
    refresh: Callable[[], Awaitable[None]] | None = None
    """Brings `policies` up to date with the absences that people have set."""
    live: LiveHub | None = None
    tasks: OutsideTasks | None = None
    screens: Screens | None = None
    exporting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """How many exports are written at a time: each has a connection of the database meanwhile."""
    drawing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """How many small pictures are drawn at a time: a large photo takes 200 MB meanwhile."""

    @property
    def cookie(self) -> str:
        return _SECURE + COOKIE if self.secure else COOKIE

    @property
    def browser_cookie(self) -> str:
        """Return the name of the cookie that binds a sign-in to the browser that began it."""
        return _SECURE + BROWSER_COOKIE if self.secure else BROWSER_COOKIE


@dataclass(frozen=True)
class Visit:
    """One request of a person who is signed in. `secret` is the value of the cookie."""

    context: DeskContext
    request: Request
    session: Session
    secret: str
    policy: Policy
    person: Person
    now: datetime

    @cached_property
    def reach(self) -> Reach:
        return reach_of(self.policy, self.person, self.now)

    @cached_property
    def waits_for(self) -> tuple[str, ...]:
        """Marks of the cases that wait for the person (domain/case/turns.py)."""
        given = capacities(self.policy.roster, self.person.id, self.now)
        people = (self.person.id, *(each.for_person for each in given))
        posts = posts_held(self.policy.roster, people)
        return waits_for(self.person.roles, given, self.reach.units, posts)

    @cached_property
    def reader(self) -> Reader:
        return self.context.readers(self.reach)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles of the person now, with those of absent people for whom they deputise."""
        given = capacities(self.policy.roster, self.person.id, self.now)
        return frozenset({*self.person.roles, *(each.role for each in given)})

    @cached_property
    def entries(self) -> tuple[NavigationEntry, ...]:
        return entries_for(self.roles)

    @property
    def language(self) -> str:
        return self.session.language

    @cached_property
    def words(self) -> Wording:
        return wording(self.language)

    @cached_property
    def names(self) -> TownNames:
        return TownNames(self.policy, self.language)

    @cached_property
    def moments(self) -> LocalTimes:
        return LocalTimes(ZoneInfo(self.policy.calendar.zone), self.now, self.language)

    @cached_property
    def form_token(self) -> str:
        """What each form carries: only a page that this session has seen can have it."""
        return form_token_of(self.secret)

    def working_time(self, since: datetime, until: datetime, measure: str | None) -> timedelta:
        """Return how much of the measure is between; negative if `until` is before `since`."""
        if measure is None or measure in EVERY_DAY:
            return until - since
        return between(self.policy.calendar, since, until)


def form_token_of(secret: str) -> str:
    """Return the token of the forms of a session, from the value of its cookie."""
    return sha256(f"form {secret}".encode()).hexdigest()


def hashed(secret: str) -> str:
    """Return the id of a session, from the value of its cookie."""
    return sha256(secret.encode()).hexdigest()
