"""Connections to PostgreSQL: pooled and bounded in time; failures of psycopg become our errors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString, TypeAlias, TypeVar

import psycopg
from psycopg import AsyncConnection, errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import AsyncRowFactory, tuple_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from store.ciphers import Wrapping
from store.connection_attempts import Attempted, Attempts, first_line
from store.errors import BUSY, StoreUnavailable, Unstorable, advised
from store.migrate import shipped
from store.scripts import RECORDED, outdated, shipped_scripts

T = TypeVar("T")
Connection: TypeAlias = AsyncConnection[Any]
Params: TypeAlias = Sequence[object] | Mapping[str, object] | None

SCHEMA_VERSION = "SELECT max(version) FROM sanban.migrations"
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
LONG_LIMITS = """
SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = '10min'
"""

# The database answers but lacks what this program needs, for example while it is being migrated.
_NOT_READY = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedFunction,
    errors.InvalidSchemaName,
    errors.InsufficientPrivilege,
)


@dataclass(frozen=True, slots=True)
class DatabaseOptions:
    """`wait_s` bounds the wait for a free connection, `patience_s` everything that one call does.

    A server that hangs during a call costs up to ten seconds more, because psycopg tries to cancel
    first. `lease_s`: how long a leader keeps a lease that it does not renew (journal/leases.py).
    `master_key` wraps the keys of personal text; without one the database has them bare.
    """

    conninfo: str = field(repr=False)
    name: str = "sanban"
    min_size: int = 1
    max_size: int = 8
    connect_timeout_s: int = 3
    wait_s: float = 3.0
    statement_timeout_s: float = 5.0
    patience_s: float = 10.0
    lease_s: float = 15.0
    master_key: bytes | None = field(default=None, repr=False)


class Database:
    """The pool that the rest of the store runs on. Every method raises StoreUnavailable in time."""

    def __init__(self, options: DatabaseOptions) -> None:
        self._options = options
        self.wrapping = Wrapping(options.master_key)
        self.lease_s = options.lease_s
        self._conninfo = _complete(options)
        self._attempts = Attempts()
        self._pool: AsyncConnectionPool[Attempted] = AsyncConnectionPool(
            self._conninfo,
            connection_class=Attempted,
            kwargs={"autocommit": True, "attempts": self._attempts},
            min_size=options.min_size,
            max_size=options.max_size,
            timeout=options.wait_s,
            # The pool's pauses between attempts double until this is over, then the next caller
            # starts again with short ones. So a database that is back is seen within two seconds.
            reconnect_timeout=2.0,
            name=options.name,
            open=False,
        )

    async def run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do `work` on a connection where every statement is a transaction of its own.

        `work` must be safe to repeat: if its connection turns out to be dead, it is done again on
        another one. After a restart of the server every pooled connection is dead, so it is tried
        once more than the pool has connections.
        """
        with self._translated():
            async with asyncio.timeout(self._options.patience_s):
                for _ in range(self._options.max_size):
                    async with self._pool.connection() as connection:
                        try:
                            return await work(connection)
                        except psycopg.Error:
                            if not connection.closed:
                                raise
                async with self._pool.connection() as connection:
                    return await work(connection)

    async def run_in_transaction(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        async def in_transaction(connection: Connection) -> T:
            async with connection.transaction():
                return await work(connection)

        return await self.run(in_transaction)

    async def fetch(
        self, query: LiteralString | sql.Composed, params: Params = None
    ) -> list[tuple[Any, ...]]:
        """Return all rows of one statement, which must be safe to repeat."""
        return await self.fetch_as(tuple_row, query, params)

    async def fetch_as(
        self,
        shape: AsyncRowFactory[T],
        query: LiteralString | sql.Composed,
        params: Params = None,
    ) -> list[T]:
        """Return all rows of one statement, each made by the row factory `shape`."""

        async def work(connection: Connection) -> list[T]:
            async with connection.cursor(row_factory=shape) as cursor:
                await cursor.execute(query, params)
                return await cursor.fetchall() if cursor.description else []

        return await self.run(work)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Connection]:
        """Open a connection, for a lock that lasts as long as it does, and close it afterwards.

        Only the server bounds its statements, so the caller must bound the wait for each answer.
        """
        with translated():
            # Not of the pool: that warns of every connection that comes back closed, and would have
            # one less for all others.
            connection = await AsyncConnection.connect(self._conninfo, autocommit=True)
            try:
                yield connection
            finally:
                await connection.close()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """Lend a connection with one unchanging view of everything, for long reads.

        Its statements have no time limit; idleness ends it. It writes nothing, so it has no
        transaction id, and the relay does not wait for it.
        """
        with self._translated():
            async with self._pool.connection() as connection, connection.transaction():
                await connection.execute(SNAPSHOT)
                await connection.execute(LONG_LIMITS)
                yield connection

    async def ping(self) -> str | None:
        """Return None when ready, else the reason as a sentence for a readiness page."""
        try:
            return await self._schema_behind()
        except StoreUnavailable as error:
            cause = error.__cause__
            if isinstance(cause, errors.InsufficientPrivilege):
                return f"{error}: connect as the role sanban_app, or grant its rights to this one"
            if isinstance(cause, _NOT_READY):
                return f"{error}: run `sanban migrate`"
            return advised(error)

    async def _schema_behind(self) -> str | None:
        """Say what `sanban migrate` has still to apply. A newer schema is as good as ours."""
        needed = len(shipped())
        [(version,)] = await self.fetch(SCHEMA_VERSION)
        if version < needed:
            return (
                f"the database is at migration {version}, this program needs {needed}: run "
                "`sanban migrate`"
            )
        if version > needed:
            return None
        behind = outdated(shipped_scripts(), await self.fetch(RECORDED))
        if behind:
            names = ", ".join(script.name for script in behind)
            return f"the database lacks this program's {names}: run `sanban migrate`"
        return None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Translate errors; where the pool has no connection, say why the server gave none."""
        with translated():
            try:
                yield
            except PoolTimeout as error:
                raise psycopg.OperationalError(self._why_no_connection()) from error

    def _why_no_connection(self) -> str:
        if self._attempts.failure is not None:
            return self._attempts.failure
        if self._attempts.running:
            return f"no connection in {self._options.wait_s:g} s: the server does not answer"
        return f"all {self._options.max_size} {BUSY}"

    async def open(self) -> None:
        """Start the pool without waiting for the database; `ping` says when it is there."""
        await self._pool.open()

    async def close(self) -> None:
        await self._pool.close()


@asynccontextmanager
async def open_database(options: DatabaseOptions) -> AsyncIterator[Database]:
    database = Database(options)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of psycopg into ours; a mistake in our SQL stays what it is."""
    try:
        yield
    except TimeoutError as error:
        raise StoreUnavailable("no answer in time") from error
    except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError) as error:
        raise StoreUnavailable(first_line(error)) from error
    except _NOT_READY as error:
        raise StoreUnavailable(f"the schema is not ready: {first_line(error)}") from error
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise Unstorable(first_line(error)) from error
    except UnicodeEncodeError as error:
        raise Unstorable("a text is not Unicode: it has half of a surrogate pair") from error


def is_conninfo(text: str) -> bool:
    """Say if the text is a valid conninfo. It never quotes the text, which may hold a password."""
    try:
        conninfo_to_dict(text)
    except psycopg.ProgrammingError:
        return False
    return True


def hosts_and_name(text: str) -> str:
    """Return where a valid conninfo leads: hosts and database, as libpq understands it."""
    parts = conninfo_to_dict(text)
    return f"{parts.get('host') or ''} {parts.get('dbname') or ''}"


def _complete(options: DatabaseOptions) -> str:
    """Add our limits to the conninfo; what the conninfo says itself has precedence."""
    given = conninfo_to_dict(options.conninfo)
    milliseconds = round(options.statement_timeout_s * 1000)
    settings = (
        "-c search_path=sanban,pg_temp -c timezone=UTC"
        f" -c statement_timeout={milliseconds}"
        # A transaction that stays open by mistake would hold back the relay and the vacuum.
        f" -c idle_in_transaction_session_timeout={10 * milliseconds}"
    )
    limits: dict[str, Any] = {
        "application_name": options.name,
        "connect_timeout": options.connect_timeout_s,
        # So that a peer that vanished without closing the connection is noticed.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": round(options.patience_s * 1000),
    }
    options_given = given.pop("options", None) or ""
    return make_conninfo(**{**limits, **given, "options": f"{settings} {options_given}".strip()})
