"""One transaction for a row about a patrol and for its row of the journal."""

from collections.abc import Sequence
from typing import Any

from psycopg import errors

from store.connection import Connection, Database
from store.errors import Unstorable
from store.journal.operations import Operation, PostgresOperations


async def keep_once(
    database: Database, operation: Operation, insert: str, row: Sequence[Any]
) -> bool:
    """Journal and insert in one transaction; return False if the row is there already.

    Raises StoreUnavailable.
    """

    async def keep(connection: Connection, _seq: int) -> None:
        await connection.execute(insert, row)

    try:
        await PostgresOperations(database).append([operation], keep)
    except Unstorable as error:
        if not isinstance(error.__cause__, errors.UniqueViolation):
            raise
        return False
    return True
