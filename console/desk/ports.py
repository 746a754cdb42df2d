"""What the console asks of the rest of Sanban; runtime/services/console implements it."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.case.access import Reach
from domain.case.events import Event
from domain.patrols.look_backs import ClosedCase
from schemas.bulk_acts import BulkAct, BulkItem
from schemas.commands import CommandAnswer, CommandMessage
from schemas.intake import Reporter
from schemas.records import CaseRow
from schemas.saved_views import SavedView
from store.cases.filters import Bookmark, CaseFilter
from store.cases.grid_counts import GridCount
from store.cases.read_model import CaseCount, CasePage
from store.cases.tallies import UnitTally
from store.privacy.erasure import ErasedBy


@dataclass(frozen=True, slots=True)
class Listed:
    """One list: a page of it, and how many there are, of one snapshot."""

    page: CasePage
    total: CaseCount


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list to read: at most `limit` rows after a bookmark, with 0 the count alone.

    `text`: characters to search for.
    """

    filter: CaseFilter
    limit: int
    after: Bookmark | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class DeskLists:
    """The lists of a person's first page, in the order in which they were asked for."""

    lists: tuple[Listed, ...]
    units: tuple[UnitTally, ...]


class Reader(Protocol):
    """Reads as one person: what is outside the person's reach does not exist here.

    Raises StoreUnavailable.
    """

    async def lists(self, wanted: Sequence[Wanted], now: datetime) -> Sequence[Listed]:
        """Return these lists, all of one snapshot, with unsealed titles."""

    async def overview(self, wanted: Sequence[Wanted], now: datetime) -> DeskLists:
        """Return these lists, and how many cases each unit has, all of one snapshot.

        Units are counted only for a person who reads the whole tenant.
        """

    def rows(self, wanted: Wanted, now: datetime) -> AsyncIterator[Sequence[CaseRow]]:
        """Yield the whole list in pieces of `limit`, of one snapshot; titles stay sealed."""

    async def by_grid(self, wanted: Wanted, now: datetime) -> Sequence[GridCount]:
        """Count the list by grid, up to MOST_COUNTED cases of it."""

    async def named(self, beginning: str) -> Sequence[CaseRow]:
        """Return the cases whose number begins so: none, one, or some of several."""

    async def readable(self, cases: Sequence[str]) -> Sequence[CaseRow]:
        """Return those of these cases that the person may read, by number; titles stay sealed."""

    async def history(self, case_id: str) -> Sequence[Event]:
        """Return the rows of a case, unsealed; () if there is no such case to read."""

    async def reporter(self, case_id: str) -> Reporter | None:
        """Return who reported the case, or the one that led to it, if this person may call back."""

    async def erased(self, case_id: str) -> ErasedBy | None:
        """Return who erased what was said in the case, when and why; None if no one did."""

    async def closed_since(self, since: datetime) -> Sequence[ClosedCase]:
        """Return the cases closed since then that no person has looked back at."""

    async def shows(self, case_id: str, seq: int) -> bool:
        """Return whether the lists have the row of the journal, after a wait of two seconds."""


@dataclass(frozen=True, slots=True)
class Export:
    """A list that a person took away. `query`: its filter, without personal data."""

    id: str
    tenant: str
    person: str
    kind: str
    query: str
    rows: int
    at: datetime


class Exports(Protocol):
    async def note(self, export: Export) -> None:
        """Journal that a list was taken away. Raises StoreUnavailable."""


class CaseCommands(Protocol):
    async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
        """Give a command; an id has one effect. Raises NotTaken, CaseSilent, Unavailable."""


class BulkActs(Protocol):
    """Acts for many cases. Raises StoreUnavailable."""

    async def begin(self, bulk: BulkAct, items: Sequence[BulkItem]) -> None:
        """Store the act, unless one with this id is there, and have it given."""

    async def find(
        self, id_: str, tenant: str, person: str, *, wait: bool = False
    ) -> tuple[BulkAct, Sequence[BulkItem]] | None:
        """Return an act of the person, and what became of each case; None if there is none.

        With `wait`, only once no case waits any more, or after two seconds.
        """


class SavedViews(Protocol):
    """Named lists. `units`: whose views the person sees, or may delete. Raises StoreUnavailable."""

    async def of(self, tenant: str, person: str, units: Sequence[str]) -> Sequence[SavedView]: ...

    async def save(self, view: SavedView) -> bool:
        """Store a view; return False if there are MOST_VIEWS already. An id is stored once."""

    async def delete(self, id_: str, tenant: str, person: str, units: Sequence[str]) -> None: ...


Readers = Callable[[Reach], Reader]
