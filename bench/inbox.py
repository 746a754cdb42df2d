"""Lists of a million cases, for everybody who reads them: every filter, page and count."""

import random
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import psycopg

from bench.measures import Section
from bench.reports import Prefecture
from bench.servers import Servers
from bench.tables import Spread, Target, table
from domain.case.access import Reach
from store.cases.filters import CaseFilter, Words
from store.cases.read_model import PostgresCases
from store.cases.row_access import PersonsDatabase
from store.cases.search_index import words_for, words_in
from store.connection import Database, DatabaseOptions, open_database
from store.privacy.keys import PostgresKeys

P95_MS = 50.0
NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
TOWN = "prefecture"
_UNITS, _GRIDS = 80, 400
_OPEN_SHARE, _WAITS_FOR_THE_OFFICE, _DATED = 0.06, 0.01, 0.95
_STAGES = ("received", "triaged", "dispatched", "signed", "in_progress", "resolved", "verified")
_WITH_PLATFORM = {"received", "triaged", "resolved", "verified"}
_TIERS, _SHARES = ("direct", "assign", "supervise"), (70, 27, 3)
_COLUMNS = (
    "case_id, tenant, tier, stage, holder, grid, category, urgency, channel, title, level,"
    " received_at, citizen_due, next_due, next_clock, closed_at, policy, seq, units, inbox"
)
_CLOSED_AT = _COLUMNS.replace(" ", "").split(",").index("closed_at")
CASES = f"COPY sanban.cases ({_COLUMNS}) FROM STDIN"
WORDS = "COPY sanban.case_words (case_id, tenant, words, of_open) FROM STDIN"
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'sanban' AND tablename IN ('cases', 'case_words')
    AND indexdef NOT LIKE '%UNIQUE%'
"""
SIZES = """
SELECT c.relname, pg_relation_size(c.oid) FROM pg_class c
WHERE c.relnamespace = 'sanban'::regnamespace
    AND (c.relname LIKE 'cases%' OR c.relname LIKE 'case_words%') AND c.relkind IN ('r', 'i')
ORDER BY 1
"""
ONE_IN_A_HUNDRED, COMMON, PLACE = "消防栓破裂", "扰民", "人民路"
_ADDRESSES = Prefecture.made().addresses[-100:]
"""Those that hardly anything is reported of."""
_TEXTS = (*_ADDRESSES, ONE_IN_A_HUNDRED, COMMON, PLACE)

READERS: Mapping[str, Reach | None] = {
    "dispatcher": Reach("d", TOWN, ("platform",), whole_tenant=True, calls_back=True),
    "leader": Reach("l", TOWN, ("leading-group", "office"), whole_tenant=True),
    "a large unit": Reach("h", TOWN, ("unit-00",)),
    "a small unit": Reach("s", TOWN, (f"unit-{_UNITS - 1}",)),
    "nobody in particular": None,
}


@dataclass(frozen=True)
class Asked:
    """What somebody asks for, a little different every time."""

    name: str
    filter: Callable[[random.Random], CaseFilter]
    deep: bool = False


OPEN = CaseFilter(tenant=TOWN, open_only=True)
ALL = CaseFilter(tenant=TOWN)


def _asked(known: Mapping[str, Words]) -> list[Asked]:
    def with_(plain: CaseFilter, **fixed: object) -> Callable[[random.Random], CaseFilter]:
        return lambda _: replace(plain, **fixed)  # type: ignore[arg-type]

    def texts(plain: CaseFilter, *words: str) -> Callable[[random.Random], CaseFilter]:
        return lambda chance: replace(plain, words=known[chance.choice(words)])

    def soon(chance: random.Random) -> CaseFilter:
        return replace(OPEN, due_before=NOW + timedelta(hours=chance.randrange(1, 200)))

    return [
        Asked("open", with_(OPEN)),
        Asked("open, a page far down", with_(OPEN), deep=True),
        Asked("stage", lambda chance: replace(OPEN, stage=chance.choice(_STAGES))),
        Asked("stage and tier", lambda c: replace(OPEN, stage=c.choice(_STAGES), tier="supervise")),
        Asked("tier", lambda chance: replace(OPEN, tier=chance.choice(_TIERS))),
        Asked("unit", lambda chance: replace(OPEN, holder=_unit(chance))),
        Asked("grid", lambda chance: replace(OPEN, grid=_grid(chance))),
        Asked("grid and stage", lambda c: replace(OPEN, grid=_grid(c), stage=c.choice(_STAGES))),
        Asked("late", with_(OPEN, late_only=True)),
        Asked("late in a grid", lambda chance: replace(OPEN, late_only=True, grid=_grid(chance))),
        Asked("due before", soon),
        Asked("text, an address", texts(OPEN, *_ADDRESSES)),
        Asked("text, 1 in 100", texts(OPEN, ONE_IN_A_HUNDRED)),
        Asked("text, common", texts(OPEN, COMMON, PLACE)),
        Asked("text and stage", lambda c: replace(texts(OPEN, COMMON)(c), stage="verified")),
        Asked("all", with_(ALL)),
        Asked("all, a page far down", with_(ALL), deep=True),
        Asked("all of a stage", lambda c: replace(ALL, stage=c.choice(("closed", "archived")))),
        Asked("all of a unit", lambda chance: replace(ALL, holder=_unit(chance))),
        Asked("all of a grid", lambda chance: replace(ALL, grid=_grid(chance))),
        Asked("all of a tier", lambda chance: replace(ALL, tier=chance.choice(_TIERS))),
        Asked("all, text, an address", texts(ALL, *_ADDRESSES)),
        Asked("all, text, 1 in 100", texts(ALL, ONE_IN_A_HUNDRED)),
        Asked("all, text, common", texts(ALL, COMMON, PLACE)),
    ]


async def inbox(servers: Servers, options: Namespace) -> Section:
    """One list at a time, as each reader, by turns."""
    found: dict[tuple[str, str], tuple[list[float], list[float], int]] = {}
    chance = random.Random(5)  # noqa: S311
    async with open_database(DatabaseOptions(servers.journal)) as database:
        secret = (await PostgresKeys(database).of([(TOWN, "some-case")])).secret
        began = time.perf_counter()
        _fill(servers.owner, secret, options.listed)
        print(f"{options.listed} cases in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        begun = time.perf_counter()
        known = {text: await words_for(database, text) for text in _TEXTS}
        look_up = 1000 * (time.perf_counter() - begun) / len(known)
        asked = _asked(known)
        for _ in range(2):  # so that pages are in memory
            await _round(database, asked, random.Random(5), {})  # noqa: S311
        for _ in range(options.lists):
            await _round(database, asked, chance, found)
    worst = max((_share(pages, 0.95), key) for key, (pages, _, _) in found.items())
    slowest = max((_share(counts, 0.95), key) for key, (_, counts, _) in found.items())
    sizes = _sizes(servers.owner)
    for key, (pages, counts, rows) in found.items():
        print(
            f"{key[0]:24} {key[1]:24} {rows:4} {_share(pages, 0.5):8.2f} {_share(pages, 0.95):8.2f}"
            f" {_share(counts, 0.5):8.2f} {_share(counts, 0.95):8.2f}",
            file=sys.stderr,
        )
    names = [*(each.name for each in asked), "mine"]
    return Section(
        f"Lists of {options.listed:,} cases, Temporal {servers.kind}",
        f"{options.listed:,} cases of a year, 6 in 100 open, {_UNITS} units, {_GRIDS} grids. "
        f"{options.lists} pages of 40 and counts of each, one after the other; row-level security "
        "for all but the last column. Cells: p95 of the page / p95 of the count, in ms. Before a "
        f"list by words it takes {look_up:.1f} ms to look up how common they are.",
        [
            Target(f"p95 ms of a page, the slowest: {', '.join(worst[1])}", _one(worst[0]), P95_MS,
                   at_least=False),
            Target(f"p95 ms of a count, the slowest: {', '.join(slowest[1])}", _one(slowest[0]),
                   P95_MS, at_least=False),
        ],
        (
            table(["list", *READERS], [[name, *_cells(found, name)] for name in names]),
            table(["table or index", "MB"], [[name, f"{size / 1e6:.0f}"] for name, size in sizes]),
        ),
        {"lists": {f"{who}: {what}": times for (who, what), times in found.items()}},
    )  # fmt: skip


async def _round(
    database: Database,
    asked: Sequence[Asked],
    chance: random.Random,
    found: dict[tuple[str, str], tuple[list[float], list[float], int]],
) -> None:
    for who, reach in READERS.items():
        cases = PostgresCases(database if reach is None else PersonsDatabase(database, reach))
        mine = [] if reach is None else [Asked("mine", _of(reach))]
        for each in (*asked, *mine):
            wanted = each.filter(chance)
            after = None
            for _ in range(5 if each.deep else 0):
                after = (await cases.page(wanted, now=NOW, limit=1000, after=after)).following
            begun = time.perf_counter()
            page = await cases.page(wanted, now=NOW, limit=40, after=after)
            between = time.perf_counter()
            await cases.count(wanted, now=NOW)
            ended = time.perf_counter()
            pages, counts, rows = found.setdefault((who, each.name), ([], [], 0))
            pages.append(between - begun)
            counts.append(ended - between)
            found[who, each.name] = (pages, counts, max(rows, len(page.rows)))


def _of(reach: Reach) -> Callable[[random.Random], CaseFilter]:
    return lambda _: replace(OPEN, inbox=reach.units)


def _cells(
    found: Mapping[tuple[str, str], tuple[list[float], list[float], int]], name: str
) -> Iterator[str]:
    for who in READERS:
        if (who, name) not in found:
            yield "-"
            continue
        pages, counts, _ = found[who, name]
        yield f"{_share(pages, 0.95):.1f} / {_share(counts, 0.95):.1f}"


def _fill(owner: str, secret: bytes, count: int) -> None:
    with psycopg.connect(owner, autocommit=True) as connection:
        indexes = connection.execute(INDEXES.encode()).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX sanban.{name}".encode())
        opens = list[bool]()
        with connection.cursor() as cursor, cursor.copy(CASES.encode()) as copy:
            for row in _cases(count):
                opens.append(row[_CLOSED_AT] is None)
                copy.write_row(row)
        with connection.cursor() as cursor, cursor.copy(WORDS) as copy:
            reports = Prefecture.made().reports(count, seed=3)
            for number, (report, is_open) in enumerate(zip(reports, opens, strict=True)):
                words = words_in(secret, report.text, report.place.address)
                copy.write_row((_case_id(number), TOWN, list(words), is_open))
        connection.execute("SET maintenance_work_mem = '256MB'")
        for _, definition in indexes:
            connection.execute(definition.encode())
        connection.execute("VACUUM ANALYZE sanban.cases, sanban.case_words")


def _cases(count: int) -> Iterator[tuple[object, ...]]:
    chance = random.Random(3)  # noqa: S311
    for number in range(count):
        holder, is_open = _unit(chance), chance.random() < _OPEN_SHARE
        received = NOW - timedelta(days=chance.random() * (30 if is_open else 365))
        stage = chance.choice(_STAGES) if is_open else chance.choice(("closed", "archived"))
        units = sorted({holder, *(_unit(chance) for _ in range(chance.choice((0, 0, 0, 1, 2))))})
        waiting = {holder} | ({"platform"} if stage in _WITH_PLATFORM else set())
        waiting |= {"office"} if chance.random() < _WAITS_FOR_THE_OFFICE else set()
        due = NOW + timedelta(hours=chance.gauss(60, 40)) if chance.random() < _DATED else None
        yield (
            _case_id(number), TOWN, chance.choices(_TIERS, _SHARES)[0], stage, holder,
            _grid(chance), "noise", "normal", "hotline", f"夜间施工噪音 {number}",
            0, received, due if is_open else None, due if is_open else None, "holder",
            None if is_open else received + timedelta(days=4), "sha256:" + "0" * 64, 9,
            units, sorted(waiting) if is_open else [],
        )  # fmt: skip


def _unit(chance: random.Random) -> str:
    """A few have most cases; the last have hardly any."""
    return f"unit-{int(_UNITS * chance.random() ** 3):02d}"


def _grid(chance: random.Random) -> str:
    return f"grid-{chance.randrange(_GRIDS):03d}"


def _case_id(number: int) -> str:
    """As scattered as real ones."""
    return f"{number * 2_654_435_761 % 2**32:08x}-{number:07d}"


def _sizes(owner: str) -> list[tuple[str, int]]:
    with psycopg.connect(owner) as connection:
        return [(name, size) for name, size in connection.execute(SIZES.encode()).fetchall()]


def _share(seconds: Sequence[float], share: float) -> float:
    return 1000 * sorted(seconds)[round(share * (len(seconds) - 1))]


def _one(value: float) -> Spread:
    return Spread(value, value, value)
