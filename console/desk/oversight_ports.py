"""What the pages of operators and auditors, and readings of personal data, ask of Sanban."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from schemas.intake import Outcome
from schemas.processes import ProcessState
from store.intake.dead_letter_states import DeadLetter, LetterAction, LetterCount, LetterState
from store.intake.ledger_entries import Entry, LedgerFilter
from store.notifications.waiting_notices import WaitingNotice
from store.privacy.readings import PersonalReading


class Readings(Protocol):
    """Journals what is read behind a reason. Raises StoreUnavailable."""

    async def note(self, reading: PersonalReading) -> bool:
        """Journal it before it is shown; False if one of this id is journaled already."""


class LedgerPages(Protocol):
    """The outcome of each record. Raises StoreUnavailable."""

    async def by_source(self, wanted: LedgerFilter) -> Mapping[str, Mapping[Outcome, int]]: ...

    async def page(
        self, wanted: LedgerFilter, *, limit: int, before: int | None = None
    ) -> Sequence[Entry]: ...


@dataclass(frozen=True, slots=True)
class LetterContent:
    """What the broker has of a letter, or `why_not` it has nothing.

    `body` is for people to read. `text` is the whole value, to correct it: None if it is masked, or
    no text.
    """

    key: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    text: str | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides about a letter, and why. `id`: of the form, and of the operation."""

    id: str
    tenant: str
    person: str
    why: str
    for_person: str | None = None


@dataclass(frozen=True, slots=True)
class LetterMistake:
    """What intake would refuse in a corrected letter, or only remark (`reason` None).

    `path` leads through the event; "" means all of it. `problem`: in English, without values.
    """

    line: int
    path: str
    reason: str | None
    problem: str


class LetterLost(Exception):
    """The broker has the bytes of a letter no more; the text says why."""


class Letters(Protocol):
    """Dead letters, read and decided as `sanban deadletters` does.

    Raises StoreUnavailable; what needs the broker also Unavailable.
    """

    async def page(
        self,
        wanted: LedgerFilter,
        state: LetterState | None,
        *,
        limit: int,
        before: int | None = None,
    ) -> Sequence[DeadLetter]: ...

    async def summary(self, wanted: LedgerFilter) -> Sequence[LetterCount]: ...

    async def history(self, letter: DeadLetter) -> Sequence[LetterAction]: ...

    async def tenant(self, letter: DeadLetter) -> str | None:
        """Return whose letter it is, from its bytes if the ledger does not say it."""

    async def content(self, letter: DeadLetter, *, masked: bool) -> LetterContent: ...

    async def mistakes(self, letter: DeadLetter, value: bytes) -> Sequence[LetterMistake]:
        """Return what intake would say of the letter with this value. Raises LetterLost."""

    async def replay(self, letter: DeadLetter, who: Decider, value: bytes | None = None) -> None:
        """Send its record again, with another value if one is given. Raises LetterLost."""

    async def discard(self, letter: DeadLetter, who: Decider) -> None: ...


@dataclass(frozen=True, slots=True)
class WorkLeader:
    """Who does the work that one process does at a time. `silent_s`: since it last worked."""

    work: str
    holder: str
    holds: bool
    silent_s: float


@dataclass(frozen=True, slots=True)
class HealthState:
    """What is measured. `servers`: name -> why it does not answer, None if it does. `unaddressed`:
    tenant -> how many of its people have no address; None where this process has no such file.
    `processes`: what each service of each process last said of itself. `services`: all names.
    """

    servers: Mapping[str, str | None]
    leaders: tuple[WorkLeader, ...] = ()
    relay_lag_s: float = 0.0
    relay_held: bool = False
    notices: int = 0
    notices_late_s: float = 0.0
    unsigned_rows: int = 0
    unsigned_s: float = 0.0
    parked: int = 0
    parked_over: int = 0
    unaddressed: Mapping[str, int] | None = None
    processes: tuple[ProcessState, ...] = ()
    services: tuple[str, ...] = ()


class HealthMeasures(Protocol):
    async def state(self) -> HealthState:
        """Measure now. Raises StoreUnavailable."""


class Notices(Protocol):
    async def listed(self, tenant: str, limit: int) -> tuple[Sequence[WaitingNotice], int]:
        """Return notices that wait, failing ones first, and how many. Raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Oversight:
    """Everything behind the pages of operators."""

    ledger: LedgerPages
    letters: Letters
    notices: Notices
    health: HealthMeasures
