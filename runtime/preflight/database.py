"""PostgreSQL as a process sees it: schema, role, rights, settings of the server, and its clock."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from runtime.preflight.diagnosis import Diagnosis, fault, good, remark
from store.connection import Database
from store.database_facts import DatabaseFacts, database_clock, database_facts
from store.roles import APP_ROLE, OLDEST_SERVER, OWNER_ROLE, READER_ROLES

WHAT = "postgresql"
CLOCKS_DIFFER = timedelta(seconds=5)
CLOCKS_WRONG = timedelta(minutes=1)
"""A sign-in and a lease allow for less."""
CONNECTIONS = 8
"""Connections that a process opens at most (store/connection.py)."""
_AS_OWNER = "`sanban prepare --create`, with SANBAN_DATABASE_OWNER_URL, grants it"


async def look_at_database(
    database: Database, processes: int, now: Callable[[], datetime]
) -> list[Diagnosis]:
    """Return a line for each thing; one alone if the database cannot be used.

    Raises StoreUnavailable if it goes away meanwhile.
    """
    if (reason := await database.ping()) is not None:
        found, _, do = reason.rpartition(": ")
        return [fault(WHAT, found or do, "this program's schema, as sanban_app", do)]
    facts = await database_facts(database)
    return [
        *_role(facts),
        *_rights(facts),
        *_server(facts, processes),
        await _clock(database, now),
    ]


def _role(facts: DatabaseFacts) -> Iterator[Diagnosis]:
    what, wanted = f"role {facts.user}", f"the role {APP_ROLE}, or one with its rights alone"
    do = f"connect as {APP_ROLE} in SANBAN_DATABASE_URL"
    if facts.sees_every_row:
        yield fault(what, "is a superuser, or has BYPASSRLS: it sees every row", wanted, do)
    elif facts.changes_journal:
        yield fault(what, "may change the journal", wanted, do)
    else:
        yield good(what, "may append to the journal, and not change it")
    if facts.cannot_become and not facts.sees_every_row:
        names = " and ".join(facts.cannot_become)
        grant = f"GRANT {', '.join(facts.cannot_become)} TO {facts.user} WITH INHERIT FALSE"
        yield fault(
            what,
            f"may not SET ROLE {names}: people can read no case",
            f"{grant}, SET TRUE",
            _AS_OWNER,
        )
    if facts.inherits and not facts.sees_every_row:
        yield remark(
            what,
            f"inherits the rights of {' and '.join(facts.inherits)}",
            "WITH INHERIT FALSE",
            f"GRANT {', '.join(READER_ROLES)} TO {facts.user} WITH INHERIT FALSE, SET TRUE",
        )


def _rights(facts: DatabaseFacts) -> Iterator[Diagnosis]:
    if not facts.missing_grants:
        yield good("rights", "every right that a migration has granted is there")
        return
    first = facts.missing_grants[0]
    more = len(facts.missing_grants) - 1
    others = f", and {more} more" if more else ""
    yield fault(
        "rights",
        f"{first.role} lacks {first.privilege} on {first.object}{others}",
        "what the migrations grant",
        f"as {OWNER_ROLE}: {'; '.join(map(str, facts.missing_grants))}",
    )


def _server(facts: DatabaseFacts, processes: int) -> Iterator[Diagnosis]:
    major = facts.version // 10_000
    if major < OLDEST_SERVER:
        yield fault(WHAT, f"version {major}", f"{OLDEST_SERVER} or newer", "upgrade the server")
    else:
        yield good(WHAT, f"version {major}, with this program's schema")
    if facts.encoding != "UTF8":
        yield fault(
            WHAT, f"the database is in {facts.encoding}", "UTF8", "create it with ENCODING 'UTF8'"
        )
    if facts.refuses_writes:
        yield fault(
            WHAT,
            "takes no writes: it is a standby, or read-only",
            "the primary",
            "correct SANBAN_DATABASE_URL (target_session_attrs=read-write)",
        )
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if facts.settings[name] == "off":
            yield fault(
                WHAT,
                f"{name} is off: a power cut loses rows of the journal",
                f"{name} = on",
                "set it for the server, and for the role (ALTER ROLE ... RESET)",
            )
    wanted = CONNECTIONS * processes
    if (number := int(facts.settings["max_connections"])) < wanted:
        yield remark(
            WHAT,
            f"max_connections is {number}",
            f"{wanted}, {CONNECTIONS} for each process",
            "raise it",
        )


async def _clock(database: Database, now: Callable[[], datetime]) -> Diagnosis:
    before = now()
    theirs = await database_clock(database)
    after = now()
    # What the question took says nothing about either clock.
    apart = max(before - theirs, theirs - after, timedelta())
    said = f"{_seconds(apart)} apart from that of PostgreSQL's machine"
    wanted, do = f"less than {_seconds(CLOCKS_DIFFER)}", "let both machines ask an NTP server"
    if apart >= CLOCKS_WRONG:
        return fault("clock", said, wanted, do)
    if apart >= CLOCKS_DIFFER:
        return remark("clock", said, wanted, do)
    return good("clock", "agrees with that of PostgreSQL's machine")


def _seconds(time: timedelta) -> str:
    return f"{time.total_seconds():.0f} s"
