"""What became of the attempts to connect: a pool of psycopg does not say why it has none."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import AsyncConnection
from typing_extensions import override


@dataclass
class Attempts:
    """How attempts to connect go: the pool itself does not say why it has no connection."""

    running: int = 0
    failure: str | None = None


class Attempted(AsyncConnection[Any]):
    """A connection of the pool; `attempts` learns what became of the attempt to connect."""

    @override
    @classmethod
    async def connect(  # type: ignore[override]  # `attempts` is one more keyword
        cls, conninfo: str = "", *, attempts: Attempts, **options: Any
    ) -> "Attempted":
        attempts.running += 1
        try:
            connection = await super().connect(conninfo, **options)
        except psycopg.Error as error:
            attempts.failure = first_line(error)
            raise
        finally:
            attempts.running -= 1
        attempts.failure = None
        return connection


def first_line(error: psycopg.Error) -> str:
    """Return what the server says in one line."""
    # Never the other lines: DETAIL quotes whole rows, which may hold personal data.
    return error.diag.message_primary or str(error).strip().split("\n", 1)[0]
