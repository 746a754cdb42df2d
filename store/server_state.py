"""Which PostgreSQL server answers, and in what state it is."""

from dataclasses import dataclass
from datetime import datetime

from store.connection import Database

STATE = "SELECT pg_is_in_recovery(), pg_postmaster_start_time(), current_database()"


@dataclass(frozen=True, slots=True)
class ServerState:
    """`in_recovery`: it still replays WAL. `started_at` and `database` tell servers apart: a copy
    has the same system identifier.
    """

    in_recovery: bool
    started_at: datetime
    database: str


async def server_state(database: Database) -> ServerState:
    """Ask the server; any release of the schema will do. Raises StoreUnavailable."""
    [row] = await database.fetch(STATE)
    return ServerState(*row)
