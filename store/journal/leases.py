"""Leases: the right to do one piece of work, which one process has at a time and must renew.

The database keeps the lease and its clock decides (docs/adr/0024-leases.md). The leader holds an
advisory lock on a session of its own, which it uses at every heartbeat. When the process is frozen
or its machine is away, the server ends that session, and the lock is free. Everything that the
leader writes is fenced: in the same transaction the database compares the lease's token, so a
leader of before writes nothing. No clock of this machine is asked: it may have stood still.
"""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString, TypeVar

import psycopg

from store.connection import Connection, Database, Params, translated
from store.errors import StoreUnavailable

T = TypeVar("T")

TAKE = "SELECT token, since FROM sanban.lease_take(%s, %s, %s)"
RENEW = "SELECT sanban.lease_renew(%s, %s, %s, %s, %s)"
END = "SELECT sanban.lease_end(%s, %s, %s)"
FENCE = "SELECT sanban.lease_fence(%s, %s, %s, %s)"
FENCED = " FROM sanban.lease_fence(%s, %s, %s, %s)"
"""Added to a SELECT of one function, which is then called as the leader, in one statement."""
HOLDS = """
SELECT EXISTS (
    SELECT FROM sanban.leases
    WHERE name = %s AND token = %s AND holder = %s AND until > clock_timestamp()
)
"""
# The server must notice that a session's process is frozen, or its machine gone: without these a
# lock would stay for as long as the process is frozen, or for hours.
SESSION = """
SELECT set_config('idle_session_timeout', %s, false),
    set_config('tcp_keepalives_idle', '10', false),
    set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false)
"""
# A program of before the leases holds the lock on a session that no lease names.
SEEN = """
SELECT l.holder, l.since, coalesce(l.until > clock_timestamp(), false),
    coalesce(extract(epoch FROM clock_timestamp() - l.led_at), 0)::float8,
    EXISTS (
        SELECT FROM pg_locks k WHERE k.locktype = 'advisory' AND k.granted AND k.objsubid = 1
            AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND (k.classid::bigint << 32) | k.objid::bigint
                = hashtextextended('sanban.outbox.' || asked.name, 0)
            AND k.pid IS DISTINCT FROM l.backend
    )
FROM (SELECT %s::text AS name) asked LEFT JOIN sanban.leases l ON l.name = asked.name
"""
_LEADS = """
SELECT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (classid::bigint << 32) | objid::bigint
            = hashtextextended('sanban.outbox.' || %s::text, 0)
)
"""
_LOST = "lease_lost"


class LeaseLost(StoreUnavailable):
    """The process led, did not renew its lease in time, and leads no more."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the lease of {name} has ended: this process, or its connection to the database, "
            "stood still for too long"
        )
        # Not «postgresql is unavailable»: the database may be well, and have refused this process.
        self.args = (self.detail,)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database says about the leader of a piece of work.

    `silent_s`: seconds since any leader last worked with success. `is_older`: the process that
    leads is of a release before the leases, which says no more of itself.
    """

    holder: str | None
    since: datetime | None
    holds: bool
    silent_s: float
    is_older: bool


@dataclass(eq=False)
class Lease:
    """The exclusive right to do the work `name`, until it is lost.

    `connection` is the session with the lock; only the lease uses it. Methods raise LeaseLost, or
    StoreUnavailable.
    """

    database: Database
    connection: Connection
    name: str
    holder: str
    token: int
    since: datetime
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    _works: bool = field(default=False, init=False)
    _news: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def report(self, *, works: bool) -> None:
        """Say if the work succeeds. The heartbeat tells the database, a change at once."""
        if works != self._works:
            self._works = works
            self._news.set()

    async def check(self) -> None:
        """Return if the lease holds by the database's clock: before an effect outside of it."""
        [(holds,)] = await self._on_session(HOLDS, self._key)
        if not holds:
            raise self._end()

    async def call(
        self, function: LiteralString, params: Sequence[object]
    ) -> list[tuple[Any, ...]]:
        """Call a function of the database as the leader: `function` is a SELECT of it alone."""
        with self._noticed():
            return await self.database.fetch(function + FENCED, (*params, *self._fence))

    async def fenced(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do `work` in one transaction as the leader. It must be safe to repeat, and short."""

        async def as_leader(connection: Connection) -> T:
            await connection.execute(FENCE, self._fence)
            return await work(connection)

        with self._noticed():
            return await self.database.run_in_transaction(as_leader)

    async def execute(self, query: LiteralString, params: Params) -> None:
        """Execute one statement as the leader."""

        async def work(connection: Connection) -> None:
            await connection.execute(query, params)

        await self.fenced(work)

    async def beat(self) -> None:
        """Renew the lease, three times in its length, until it is lost."""
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.database.lease_s / 3):
                        await self._news.wait()
                self._news.clear()
                await self._renew()
        except StoreUnavailable:
            self.lost.set()

    async def end(self) -> None:
        """End the lease, so that another process need not wait for its end."""
        await self._on_session(END, self._key)

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.name, self.token, self.holder)

    @property
    def _fence(self) -> tuple[object, ...]:
        return (*self._key, self.database.lease_s)

    async def _renew(self) -> None:
        [(renewed,)] = await self._on_session(RENEW, (*self._fence, self._works))
        if not renewed:
            raise self._end()

    def _end(self) -> LeaseLost:
        self.lost.set()
        return LeaseLost(self.name)

    async def _on_session(self, query: LiteralString, params: Params) -> list[tuple[Any, ...]]:
        """Execute on the session of the lock. Without that session there is no lease."""
        try:
            return await answer(self.connection, self.database.lease_s / 3, query, params)
        except StoreUnavailable as error:
            raise self._end() from error

    @contextmanager
    def _noticed(self) -> Iterator[None]:
        try:
            yield
        except StoreUnavailable as error:
            if constraint_of(error) == _LOST:
                raise self._end() from error
            raise


@dataclass(frozen=True, slots=True)
class Leases:
    """The lease of one piece of work. Methods raise StoreUnavailable."""

    database: Database
    name: str

    @asynccontextmanager
    async def lead(self) -> AsyncIterator[Lease | None]:
        """Lend the lease, renewed in the background; None if another process leads.

        The session is closed with the lease, so that the lock is released in any case. A process
        that stands by asks every second, so it opens no session while another one has the lock.
        """
        if await self._is_led():
            yield None
            return
        async with self.database.session() as connection:
            lease = await self._taken(connection)
            if lease is None:
                yield None
                return
            beating = asyncio.create_task(lease.beat())
            try:
                yield lease
            finally:
                beating.cancel()
                await asyncio.wait([beating])
                with suppress(StoreUnavailable):
                    await lease.end()

    async def seen(self) -> Seen:
        """Return who leads, for those that stand by."""
        [row] = await self.database.fetch(SEEN, (self.name,))
        return Seen(*row)

    async def _is_led(self) -> bool:
        """Return whether a session has the lock; one of before the leases counts as well."""
        [(is_led,)] = await self.database.fetch(_LEADS, (self.name,))
        return bool(is_led)

    async def _taken(self, connection: Connection) -> Lease | None:
        seconds = self.database.lease_s
        holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(3)}"
        milliseconds = str(round(1000 * seconds))
        await answer(connection, seconds, SESSION, (milliseconds,))
        rows = await answer(connection, seconds, TAKE, (self.name, holder, seconds))
        return Lease(self.database, connection, self.name, holder, *rows[0]) if rows else None


def constraint_of(error: StoreUnavailable) -> str | None:
    """Return the name that a function of ours gave its refusal, or None."""
    cause = error.__cause__
    return cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None


async def answer(
    connection: Connection, seconds: float, query: LiteralString, params: Params
) -> list[tuple[Any, ...]]:
    """Execute one statement and return its rows. Raises StoreUnavailable after `seconds`."""
    with translated():
        async with asyncio.timeout(seconds):
            found = await connection.execute(query, params)
            return await found.fetchall() if found.description else []
