"""Looking up similar reports in a year of a prefecture, and what keeping them costs."""

import random
import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import psycopg

from bench.measures import Section
from bench.reports import DAYS, FIRST, Prefecture
from bench.servers import Servers
from bench.tables import Spread, Target, table
from bench.town import town as shipped
from domain.matching.blocking import blocking_keys
from domain.matching.clustering import judge
from domain.matching.similarity import ReportFeatures
from schemas.intake import Claim, Comparison, Position
from store.connection import Database, DatabaseOptions, open_database
from store.intake.ledger import PostgresLedger
from store.intake.similar import PostgresSimilar

P95_MS = 20.0
_TENANT = "youchegang"
CHUNK = 50
KEPT = """
COPY sanban.reports (
    case_id, tenant, category, reported_at, text, address, longitude_e6, latitude_e6, gathers,
    kept_under
) FROM STDIN
"""
# Every complaint has an identity and a case, as it would: the look-up asks both how it stands.
OTHERS = """
INSERT INTO sanban.identities (
    tenant, source, event_id, digest, case_id, state, cluster, topic, topic_id, partition,
    at_offset, complaint_id
)
SELECT tenant, 'bench', case_id, '', case_id, 'accepted', '', '', '', 0, number, case_id
FROM sanban.reports;
INSERT INTO sanban.cases (
    case_id, tenant, tier, stage, grid, category, urgency, channel, title, level, received_at,
    policy, seq, closed_at
)
SELECT case_id, tenant, 'assign', 'closed', NULL, category, 'normal', 'hotline', text, 0,
    reported_at, '', 9, reported_at
FROM sanban.reports;
"""
INDEX = (
    "CREATE INDEX reports_by_place ON sanban.reports USING gin (kept_under) WITH (fastupdate = off)"
)
SIZES = """
SELECT pg_table_size('sanban.reports'), pg_relation_size('sanban.reports_by_place'),
    pg_indexes_size('sanban.reports')
"""
BY_KEY = "SELECT stage FROM sanban.cases WHERE case_id = %s"


async def similar(servers: Servers, options: Namespace) -> Section:
    """One look-up at a time, scoring and the judgement on a surge included, by turns with reading
    a case by its number; then chunks as intake has them.
    """
    town = Prefecture.made()
    began = time.perf_counter()
    _fill(servers.owner, town, options.stored)
    filled = time.perf_counter() - began
    print(f"{options.stored} complaints stored in {filled:.0f} s", file=sys.stderr)
    async with open_database(DatabaseOptions(servers.journal)) as database:
        bench = _Bench(database, town, options.stored)
        lookups, by_key, scored = await bench.look_up(options.lookups)
        busy, _, most = await bench.look_up_surge(options.surge)
        with_reports, without = await bench.reserve(options.lookups)
    table_size, index_size, all_indexes = _sizes(servers.owner)
    p95 = _share(lookups, 0.95)
    share = [one / other for one, other in zip(sorted(lookups), sorted(by_key), strict=True)]
    added = 1000 * (sum(with_reports) - sum(without)) / (CHUNK * len(without))
    lines = [
        _line("a new complaint, looked up and judged", lookups),
        _line(f"one of {options.surge} about one matter", busy),
        _line("a case by its number", by_key),
    ]
    stored = options.stored
    return Section(
        f"Similar reports among {stored:,}, Temporal {servers.kind}",
        f"{stored:,} reports of {DAYS} days, half of them with coordinates, at places of which a "
        f"few have many. {len(lookups)} look-ups, one after the other, with {scored:.1f} reports "
        f"scored on average; in the surge {most:.0f}. Filling took {filled:.0f} s.",
        [
            Target("p95 ms of a look-up", Spread(p95, p95, p95), P95_MS, at_least=False),
            Target(
                "p95 ms in a surge",
                Spread(*(3 * (_share(busy, 0.95),))),
                P95_MS,
                at_least=False,
            ),
        ],
        (
            table(["ms", "p50", "p95", "p99", "most"], lines),
            table(
                ["what", "measured"],
                [
                    ["look-up / case by its number, p50", f"{_middle(share):.0f} x"],
                    [
                        f"reserving a complaint, chunks of {CHUNK}: added by keeping its report",
                        f"{added:.2f} ms",
                    ],
                    ["of", f"{1000 * sum(without) / (CHUNK * len(without)):.2f} ms"],
                    ["table, a row", f"{table_size / stored:.0f} bytes"],
                    ["index of places, a row", f"{index_size / stored:.0f} bytes"],
                    ["all its indexes, a row", f"{all_indexes / stored:.0f} bytes"],
                ],
            ),
        ),
        {"lookups": lookups, "by_key": by_key, "surge": busy, "reserve": [with_reports, without]},
    )


class _Bench:
    def __init__(self, database: Database, town: Prefecture, stored: int) -> None:
        self._database, self._town, self._stored = database, town, stored
        self._ledger, self._similar = PostgresLedger(database), PostgresSimilar(database)
        self._policy = shipped()
        self._chance = random.Random(11)  # noqa: S311
        self._offset = 0

    async def look_up(self, count: int) -> tuple[list[float], list[float], float]:
        """Seconds of each look-up, of as many reads by number, and how many were scored."""
        return await self._timed([self._new() for _ in range(count)])

    async def look_up_surge(self, count: int) -> tuple[list[float], list[float], float]:
        first = self._new()
        told = [self._new() for _ in range(count)]
        return await self._timed([replace(first, text=each.text, at=each.at) for each in told])

    async def _timed(
        self, reports: Sequence[ReportFeatures]
    ) -> tuple[list[float], list[float], float]:
        took, by_key, scored = list[float](), list[float](), 0
        for report in reports:
            claim = self._claim(report)
            await self._ledger.reserve([claim])
            begun = time.perf_counter()
            [found] = await self._similar.before([self._comparison(claim)])
            judge(self._policy, report, found)
            took.append(time.perf_counter() - begun)
            scored += len(found)
            await self._similar.lead({}, decided=[claim.case_id])
            number = _case_id(self._chance.randrange(self._stored))
            begun = time.perf_counter()
            await self._database.fetch(BY_KEY, (number,))
            by_key.append(time.perf_counter() - begun)
        return took, by_key, scored / len(reports)

    async def reserve(self, count: int) -> tuple[list[float], list[float]]:
        """Seconds of each chunk, with reports and without, by turns."""
        found = list[float](), list[float]()
        for number in range(2 * max(1, count // CHUNK)):
            claims = [self._claim(self._new()) for _ in range(CHUNK)]
            if number % 2:
                claims = [replace(claim, report=None) for claim in claims]
            begun = time.perf_counter()
            await self._ledger.reserve(claims)
            if claims[0].report is not None:
                await self._similar.lead({}, decided=[claim.case_id for claim in claims])
            found[number % 2].append(time.perf_counter() - begun)
        return found

    def _new(self) -> ReportFeatures:
        at = FIRST + timedelta(days=DAYS, minutes=self._chance.randrange(60))
        return self._town.report(self._chance, at)

    def _claim(self, report: ReportFeatures) -> Claim:
        self._offset += 1
        place = Position("bench", "bench", "", 0, self._offset)
        name = f"new-{self._offset}"
        return Claim(place, _TENANT, "bench", name, "", name, complaint_id=name, report=report)

    def _comparison(self, claim: Claim) -> Comparison:
        assert claim.report is not None
        assert self._policy.similar is not None
        return Comparison(claim.tenant, claim.case_id, claim.report, self._policy.similar)


def _fill(owner: str, town: Prefecture, count: int) -> None:
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("DROP INDEX sanban.reports_by_place")
        with connection.cursor() as cursor, cursor.copy(KEPT) as copy:
            for row in _rows(town.reports(count, seed=3)):
                copy.write_row(row)
        connection.execute(OTHERS)
        connection.execute(INDEX)
        connection.execute("VACUUM ANALYZE")


def _rows(reports: Iterable[ReportFeatures]) -> Iterator[tuple[object, ...]]:
    for number, report in enumerate(reports):
        place = report.place
        yield (
            _case_id(number),
            _TENANT,
            report.category,
            report.at,
            report.text,
            place.address,
            place.longitude_e6,
            place.latitude_e6,
            report.may_follow,
            blocking_keys(_TENANT, report),
        )


def _case_id(number: int) -> str:
    """As scattered as real ones."""
    return f"{number * 2_654_435_761 % 2**32:08x}-{number:07d}"


def _sizes(owner: str) -> tuple[int, int, int]:
    with psycopg.connect(owner) as connection:
        found = connection.execute(SIZES).fetchone()
    assert found is not None
    return found[0], found[1], found[2]


def _line(what: str, seconds: Sequence[float]) -> list[str]:
    shares = (0.5, 0.95, 0.99, 1.0)
    return [what, *(f"{_share(seconds, share):.2f}" for share in shares)]


def _share(seconds: Sequence[float], share: float) -> float:
    return 1000 * sorted(seconds)[round(share * (len(seconds) - 1))]


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
