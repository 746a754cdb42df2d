"""Search for a person's words wherever they might be: files, tables, topics and histories."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from runtime.embedded.postgres import EmbeddedPostgres
from tests.integration.promises import broker
from tests.integration.promises.town import Town

_AT_ONCE = 1 << 20


class Marks:
    """Words that nothing else says, as UTF-8, as JSON escapes them, and as hexadecimal digits."""

    def __init__(self, *words: str) -> None:
        spelt = [
            form
            for word in words
            for form in (word, word.encode("unicode_escape").decode(), word.encode().hex())
        ]
        self._longest = max(len(each.encode()) for each in spelt)
        self._any = re.compile(b"|".join(re.escape(each.encode()) for each in spelt))

    def found_in(self, content: bytes) -> list[str]:
        return sorted({match[0].decode() for match in self._any.finditer(content)})

    def found_below(self, directory: Path) -> list[str]:
        """Return which words are in which files; a file that disappears meanwhile has none."""
        return [
            f"{file.relative_to(directory)}: {said}"
            for file in directory.rglob("*")
            if file.is_file()
            for said in sorted({each for part in self._parts(file) for each in part})
        ]

    def _parts(self, file: Path) -> Iterator[list[str]]:
        try:
            with file.open("rb") as opened:
                rest = b""
                while part := opened.read(_AT_ONCE):
                    yield self.found_in(rest + part)
                    rest = part[-self._longest :]
        except FileNotFoundError:
            return


async def database_files(postgres: EmbeddedPostgres, marks: Marks) -> list[str]:
    """Its data directory, the write-ahead log included, with all that it has in memory."""
    async with await psycopg.AsyncConnection.connect(postgres.dsn(), autocommit=True) as connection:
        await connection.execute("CHECKPOINT")
    return await asyncio.to_thread(marks.found_below, postgres.directory / "data")


async def tables(town: Town, marks: Marks) -> list[str]:
    """Return which words are in which tables, read as text because pages may be compressed."""
    named = "SELECT tablename FROM pg_tables WHERE schemaname = 'sanban' ORDER BY 1"
    dsn = town.servers.postgres.dsn(dbname=town.name)
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        names = [name for (name,) in await (await connection.execute(named)).fetchall()]
        found = []
        for name in names:
            rows_of = sql.SQL("SELECT t::text FROM sanban.{} t").format(sql.Identifier(name))
            cursor = await connection.execute(rows_of)
            rows = "\n".join(text for (text,) in await cursor.fetchall())
            found += [f"{name}: {said}" for said in marks.found_in(rows.encode())]
    return found


async def histories(town: Town, marks: Marks) -> list[str]:
    """Return which words are in which event of the town's workflows, payloads decoded."""
    client = town.people.cases.client
    found, events = [], 0
    async for run in client.list_workflows(f"TaskQueue = '{town.name}'"):
        history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
        for event in history.events:
            events += 1
            # Bytes in which payloads stand as they are; no base64 of JSON around them.
            said = marks.found_in(event.SerializeToString())
            found += [f"{run.id} {event.event_id}: {each}" for each in said]
    assert events
    return found


async def topics(town: Town, *names: str) -> AsyncIterator[tuple[str, bytes]]:
    """Yield each record as a whole."""
    for name in names:
        for record in await broker.read(town.servers.kafka.bootstrap, name):
            headers = b"".join(content or b"" for _, content in record.headers)
            yield name, (record.key or b"") + (record.value or b"") + headers


async def in_topics(town: Town, marks: Marks, *names: str) -> set[str]:
    """Return the topics in which one of the words is."""
    return {name async for name, content in topics(town, *names) if marks.found_in(content)}
