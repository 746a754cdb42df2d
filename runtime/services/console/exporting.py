"""Journals that a person took a list away, in the chain of operations of the tenant."""

from dataclasses import dataclass

from console.desk.ports import Export
from store.connection import Connection, Database
from store.journal.operations import Operation, PostgresOperations


@dataclass(frozen=True)
class JournaledExports:
    """Implements console.desk.ports.Exports."""

    database: Database

    async def note(self, export: Export) -> None:
        operation = Operation(
            id=export.id,
            kind="cases_exported",
            at=export.at,
            tenant=export.tenant,
            person=export.person,
            why="",
            about=f"/cases?{export.query}",
            details=(("format", export.kind), ("rows", str(export.rows))),
        )
        await PostgresOperations(self.database).append([operation], _nothing_else)


async def _nothing_else(connection: Connection, first: int) -> None:
    """Do nothing in the transaction of the row."""
