"""A town with very many cases: copies of lives, each with a number, words and times of its own.

PostgreSQL makes the copies. A part of the open cases also has its journal, so that their pages can
be opened: those that the first pages of people begin with, and some thousand others.
"""

import json
import os
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.desk.lives import Lived, Lives
from bench.reports import Prefecture
from bench.town import town
from domain.audit.hash_chain import genesis, link
from domain.complaints import case_id_of
from runtime.cli.demo.story import SOURCE
from schemas.records import CaseRow
from store import ciphers
from store.cases.search_index import words_in
from store.connection import Database
from store.privacy.keys import PostgresKeys

OPEN_SHARE = 0.06
LIVES_OPEN, LIVES_OVER = 400, 120
TEXTS = 20_000
"""So many reports give their words and titles to all cases."""
JOURNALED = 2000
_LISTED_FIRST = 150
"""Of what each first page begins with, so many cases have a journal."""

INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'sanban' AND tablename IN ('cases', 'case_words', 'identities')
    AND indexdef NOT LIKE '%UNIQUE%'
"""
LIVES = """
CREATE TABLE bench_lives AS
SELECT given.number, given.over, (jsonb_populate_record(NULL::sanban.cases, given.life)).*
FROM jsonb_to_recordset(%s::jsonb) AS given (number integer, over boolean, life jsonb)
"""
TEXTS_MADE = "CREATE TABLE bench_texts (number integer PRIMARY KEY, title text, words integer[])"
NUMBERS_MADE = 'CREATE TABLE bench_numbers (n integer, case_id text COLLATE "C")'
COPIES = """
CREATE TABLE bench_copies AS
SELECT case_id,
    n <= %(open)s AS is_open,
    abs(hashint8(n)) %% CASE WHEN n <= %(open)s THEN %(lives)s ELSE %(over)s END AS life,
    abs(hashint8(n + 7)) %% %(texts)s AS text,
    abs(hashint8(n + 11)) AS chance, n
FROM bench_numbers
"""
ROWS_OF_LISTS = """
INSERT INTO sanban.cases ({columns}) SELECT {values} FROM bench_copies c
JOIN bench_lives l ON l.number = c.life AND l.over <> c.is_open
JOIN bench_texts t ON t.number = c.text
"""
WORDS = """
INSERT INTO sanban.case_words (case_id, tenant, words, of_open)
SELECT c.case_id, %s, t.words, c.is_open FROM bench_copies c JOIN bench_texts t ON t.number = c.text
"""
IDENTITIES = """
INSERT INTO sanban.identities (
    tenant, source, event_id, digest, case_id, state, cluster, topic, topic_id, partition,
    at_offset, complaint_id
)
SELECT %s, '/demo/youchegang', n::text, '', case_id, 'accepted', '', '', '', 0, n,
    'W' || n FROM bench_copies
"""
REPORTERS = """
INSERT INTO sanban.reporters (case_id, tenant, name, phone, confidential)
SELECT case_id, %s, '', '', chance %% 50 = 0 FROM bench_copies WHERE chance %% 5 < 3
"""
FIRST = """
SELECT case_id FROM sanban.cases WHERE closed_at IS NULL AND {of}
ORDER BY next_due, case_id LIMIT %s
"""
SOME = "SELECT case_id FROM sanban.cases WHERE closed_at IS {} NULL ORDER BY case_id LIMIT %s"
COPY_OF = "SELECT case_id, is_open, life, n FROM bench_copies WHERE case_id = ANY (%s)"
ROWS = "COPY sanban.journal (case_id, seq, at, body, prev, hash) FROM STDIN"
HEADS = "COPY sanban.journal_heads (case_id, seq, hash) FROM STDIN"
KEYS = "COPY sanban.keys (tenant, case_id, key) FROM STDIN"
_SHIFTED = ("received_at", "citizen_due", "next_due", "closed_at", "missed_at")
# An open case is up to two hours older or younger than its life, one that is over up to 20 days.
_SHIFT = """
make_interval(secs => CASE WHEN c.is_open THEN c.chance % 14400 - 7200
    ELSE -(c.chance % 1728000) END)
"""


@dataclass(frozen=True)
class Filled:
    """`journaled`: open cases with a journal. `seconds`: how long it took."""

    count: int
    open: int
    journaled: tuple[str, ...]
    seconds: float


async def fill(
    owner: str, database: Database, lives: Sequence[tuple[Lived, ...]], count: int
) -> Filled:
    """Fill an empty database. `lives`: those that are open, and those that are over."""
    begun = time.perf_counter()
    secret = (await PostgresKeys(database).of([(town().tenant, "some-case")])).secret
    with psycopg.connect(owner, autocommit=True) as connection:
        filling = _Filling(connection, secret, lives[0], lives[1], count)
        filling.lists()
        journaled = filling.journals()
    return Filled(count, round(count * OPEN_SHARE), journaled, time.perf_counter() - begun)


async def lives_at(
    database: Database, now: datetime, evidence: Path, share: float = 1.0
) -> list[tuple[Lived, ...]]:
    lives = Lives.of(database, now, evidence)
    opens = await lives.made(round(LIVES_OPEN * share), over=False, seed=1)
    return [tuple(opens), tuple(await lives.made(round(LIVES_OVER * share), over=True, seed=2))]


@dataclass(frozen=True)
class _Filling:
    connection: psycopg.Connection[Any]
    secret: bytes
    opens: Sequence[Lived]
    overs: Sequence[Lived]
    count: int

    def lists(self) -> None:
        """Write the rows that lists show, and what they are found by."""
        tenant, run = town().tenant, self.connection.execute
        indexes = run(INDEXES.encode()).fetchall()
        for name, _ in indexes:
            run(f"DROP INDEX sanban.{name}".encode())
        run(LIVES, (json.dumps([*self._lives()]),))
        self._texts()
        self._numbers()
        run(
            COPIES,
            {
                "open": round(self.count * OPEN_SHARE),
                "lives": len(self.opens),
                "over": len(self.overs),
                "texts": TEXTS,
            },
        )
        columns = [*CaseRow.model_fields]
        values = ", ".join(map(_value, columns))
        run(ROWS_OF_LISTS.format(columns=", ".join(columns), values=values).encode())
        for statement in (WORDS, IDENTITIES, REPORTERS):
            run(statement, (tenant,))
        self._say("rows")
        run("SET maintenance_work_mem = '256MB'")
        for _, definition in indexes:
            run(definition.encode())
        self._say("indexes")
        run("CREATE INDEX ON bench_copies (case_id)")
        run("VACUUM ANALYZE")

    def journals(self) -> tuple[str, ...]:
        """Write the journal of some cases; return the open ones of them."""
        wanted = set[str]()
        for of in (
            *(f"inbox && ARRAY['{mark}']" for mark in self._marks()),
            "channel = 'superior'", "level >= 3", "true",
        ):  # fmt: skip
            wanted |= {each for (each,) in self._found(FIRST.format(of=of), _LISTED_FIRST)}
        for kind, most in (("", JOURNALED), ("NOT", JOURNALED // 4)):
            wanted |= {each for (each,) in self._found(SOME.format(kind), most)}
        copies = self.connection.execute(COPY_OF, ([*wanted],)).fetchall()
        keys, heads = list[tuple[object, ...]](), list[tuple[object, ...]]()
        with self.connection.cursor() as cursor, cursor.copy(ROWS) as copy:
            for case_id, is_open, life, number in copies:
                key, lived = ciphers.new_key(), (self.opens if is_open else self.overs)[life]
                head, seq = genesis(case_id), 0
                for seq, body in enumerate(_bodies(lived, number, key), 1):
                    before, head = head, link(head, body)
                    at = json.loads(body)["at"]
                    copy.write_row((case_id, seq, at, body, before, head))
                keys.append((town().tenant, case_id, key))
                heads.append((case_id, seq, head))
        for statement, rows in ((KEYS, keys), (HEADS, heads)):
            with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        self.connection.execute("DROP TABLE bench_copies, bench_lives, bench_texts, bench_numbers")
        self.connection.execute("ANALYZE")
        self._say(f"{len(copies)} journals")
        return tuple(sorted(case_id for case_id, is_open, *_ in copies if is_open))

    def _found(self, query: str, most: int) -> list[tuple[Any, ...]]:
        return self.connection.execute(query.encode(), (most,)).fetchall()

    def _marks(self) -> list[str]:
        """Return all units, seats and marks for which any of the lives waits."""
        return sorted({mark for each in self.opens for mark in each.batch.row.inbox})

    def _lives(self) -> Iterator[Mapping[str, object]]:
        for over, lives in ((False, self.opens), (True, self.overs)):
            for number, lived in enumerate(lives):
                row = lived.batch.row.model_dump(mode="json")
                yield {"number": number, "over": over, "life": row}

    def _numbers(self) -> None:
        """Give each case the number that follows from the event which it would have come by."""
        self.connection.execute(NUMBERS_MADE)
        with (
            self.connection.cursor() as cursor,
            cursor.copy("COPY bench_numbers FROM STDIN") as copy,
        ):
            for number in range(1, self.count + 1):
                copy.write_row((number, _case_id(number)))

    def _texts(self) -> None:
        run, chance = self.connection.execute, random.Random(3)  # noqa: S311
        run(TEXTS_MADE)
        keys, reports = list[tuple[object, ...]](), Prefecture.made().reports(TEXTS, seed=3)
        with self.connection.cursor() as cursor:
            with cursor.copy("COPY bench_texts FROM STDIN") as copy:
                for number, report in enumerate(reports):
                    key, key_id = os.urandom(ciphers.KEY_BYTES), f"text-{number}"
                    words = words_in(self.secret, report.text, report.place.address)
                    title = ciphers.seal(key, key_id, report.text)
                    copy.write_row((number, title, [*words]))
                    keys.append((town().tenant, key_id, key))
            chance.shuffle(keys)
            with cursor.copy(KEYS) as copy:
                for row in keys:
                    copy.write_row(row)

    def _say(self, what: str) -> None:
        print(f"{self.count:,} cases: {what}", file=sys.stderr)


def _value(column: str) -> str:
    if column == "case_id":
        return "c.case_id"
    if column == "title":
        return "t.title"
    return f"l.{column} + {_SHIFT}" if column in _SHIFTED else f"l.{column}"


def _case_id(number: int) -> str:
    return case_id_of(town().tenant, SOURCE, str(number))


def _bodies(lived: Lived, number: int, key: bytes) -> Iterator[bytes]:
    """Return the journal of a life as that of another event's case, sealed for it."""
    case_id, old = _case_id(number), lived.batch.case_id
    sealed = {text: ciphers.seal(key, case_id, words) for text, words in lived.words.items()}
    for body in lived.batch.bodies:
        text = body
        for mine, other in sealed.items():
            text = text.replace(mine, other)
        text = text.replace(f'"event_id":"{lived.event_id}"', f'"event_id":"{number}"')
        yield text.replace(old, case_id).encode()
