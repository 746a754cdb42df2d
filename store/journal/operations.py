"""The journal of what people do to intake itself (replay, discard, erase), in its own chains.

A chain is named operations/TENANT, after the tenant whose roster has the person. Code that folds
rows as a case must leave these chains out: with `is_case`, or in SQL with `NOT starts_with(case_id,
'operations/')`. `sanban audit verify` checks both kinds.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Protocol

from psycopg import errors

from domain.audit.hash_chain import canonical
from store.connection import Connection, Database
from store.errors import StoreUnavailable

PREFIX = "operations/"

HEAD = "SELECT seq FROM sanban.journal_heads WHERE case_id = %s"
APPEND = "SELECT sanban.operation_append(%s, %s, %b)"

_ATTEMPTS = 10
_VERSION = 1


def chain_of(tenant: str) -> str:
    return f"{PREFIX}{tenant}"


def is_case(chain: str) -> bool:
    return not chain.startswith(PREFIX)


class PersonsAct(Protocol):
    """Who does something, for which town, when and why. `id`: of the operation."""

    @property
    def id(self) -> str: ...
    @property
    def tenant(self) -> str: ...
    @property
    def person(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def why(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Operation:
    """An act of a person: who, when, why, and on what (`about` and `details`, plain text)."""

    id: str
    kind: str
    at: datetime
    tenant: str
    person: str
    why: str
    about: str
    details: tuple[tuple[str, str], ...] = ()

    def body(self, seq: int) -> bytes:
        """Return the bytes that are hashed and stored as row `seq` of its chain."""
        return canonical(
            {
                "v": _VERSION,
                "chain": chain_of(self.tenant),
                "seq": seq,
                "at": self.at.astimezone(UTC).isoformat(),
                "id": self.id,
                "kind": self.kind,
                "person": self.person,
                "why": self.why,
                "about": self.about,
                **dict(self.details),
            }
        )

    def copied_to(self, tenant: str) -> "Operation":
        """Return the same act for the chain of another tenant; `roster`: whose person acts."""
        return replace(self, tenant=tenant, details=(*self.details, ("roster", self.tenant)))


Also = Callable[[Connection, int], Awaitable[None]]
"""Work in the same transaction. It gets the seq of the first operation's row."""


def operation_of(
    kind: str, about: str, act: PersonsAct, details: Iterable[tuple[str, str]]
) -> Operation:
    """Return the operation that journals what a person did to `about`."""
    return Operation(
        id=act.id,
        kind=kind,
        at=act.at,
        tenant=act.tenant,
        person=act.person,
        why=act.why,
        about=about,
        details=tuple(details),
    )


@dataclass(frozen=True, slots=True)
class PostgresOperations:
    database: Database

    async def append(
        self, operations: Sequence[Operation], also: Also, copies: Sequence[Operation] = ()
    ) -> int:
        """Journal operations of one tenant and do `also`, in one transaction.

        `copies` are journaled in the same transaction, each in the chain of its own tenant.

        Returns the seq of the first operation's row. If another transaction appends to the same
        chain at the same time, this one starts again after it, so `also` must be safe to repeat; it
        raises to refuse what was done before. Raises StoreUnavailable.
        """
        chain = chain_of(operations[0].tenant)
        # In one order for all, so that no two transactions wait for each other's chain.
        ordered = sorted((*operations, *copies), key=lambda each: each.tenant)
        chains = {
            of: list(rows) for of, rows in groupby(ordered, lambda each: chain_of(each.tenant))
        }

        async def work(connection: Connection) -> int:
            firsts = dict[str, int]()
            for name, rows in chains.items():
                cursor = await connection.execute(HEAD, (name,))
                found = await cursor.fetchone()
                firsts[name] = first = (found[0] if found else 0) + 1
                bodies = [each.body(first + nth) for nth, each in enumerate(rows)]
                await connection.execute(APPEND, (name, first, bodies))
            await also(connection, firsts[chain])
            return firsts[chain]

        for _ in range(_ATTEMPTS):
            try:
                return await self.database.run_in_transaction(_refusing(work))
            except _Overtaken:
                continue
        raise StoreUnavailable(f"others write to the chain {chain} without pause")


class _Overtaken(Exception):
    """Another transaction has written a row with this seq."""


def _refusing(
    work: Callable[[Connection], Awaitable[int]],
) -> Callable[[Connection], Awaitable[int]]:
    async def refusing(connection: Connection) -> int:
        try:
            return await work(connection)
        except errors.UniqueViolation as error:
            if error.diag.constraint_name == "journal_conflict":
                raise _Overtaken from error
            raise

    return refusing
