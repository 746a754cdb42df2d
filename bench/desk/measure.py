"""The console before a million cases, beside the same console before a thousand."""

import asyncio
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from temporalio.client import Client

from bench.desk.asking import KINDS, Asking, Times
from bench.desk.filling import Filled, fill, lives_at
from bench.desk.processes import (
    Town,
    Watched,
    Worker,
    console_of,
    databases,
    environment,
    watched,
)
from bench.desk.report import PEOPLE, SMALL, STREAMS, Asked, Found, section
from bench.desk.streams import streams
from bench.desk.visitors import Visitor, signed_in
from bench.measures import Section
from bench.plans import quiet
from bench.programs.opened import open_all
from bench.servers import Servers
from bench.town import case_ids, complaints, town
from domain.case.access import reach_of
from runtime.clock import utc_now
from runtime.wiring.temporal import DATA_CONVERTER
from runtime.wiring.temporal_cases import TemporalCases
from store.connection import Database, DatabaseOptions, open_database

ACTED = 40
ACTOR = "zhu-lihua"
"""The dispatcher, who comments on cases that run."""
THINK_S, WINDOW_S = 10.0, 20.0
# One of each kind of reader, for what is measured one page after the other.
FEW = (
    "fei-xuewen", "yao-liqin", "shen-haifeng", "zhu-lihua", "ruan-fang", "xie-bin", "xu-meng",
    "song-tao", "feng-lu", "shi-wei", "lu-fang",
)  # fmt: skip
UNITS_OF = "SELECT case_id, units FROM sanban.cases WHERE case_id = ANY (%s)"


@dataclass(frozen=True)
class Side:
    """One town, who asks, and how it was filled."""

    town: Town
    asking: Asking
    filled: Filled
    servers: Servers

    @property
    def few(self) -> Asking:
        visitors = [each for each in self.asking.visitors if each.person.id in FEW]
        return Asking(visitors, self.asking.readable)


async def desk(servers: Servers, options: Namespace) -> Section:
    """Fill both towns, then ask as people do."""
    begun = time.monotonic()
    async with AsyncExitStack() as stack:
        large, small = await _sides(servers, options.listed, stack)
        _say("filled", begun)
        return section(servers.kind, await measured(large, small, options, begun))


async def measured(large: Side, small: Side, options: Namespace, begun: float) -> Found:
    """Ask page by page, fifty at once, by streams, and for an export."""
    pages = await _pages(large, small, options.rounds)
    _say("pages", begun)
    acts = await _timed(large, lambda: large.asking.act(10 * options.rounds, 5))
    together = await _timed(large, lambda: large.asking.all_at_once(options.people_s, THINK_S, 6))
    _say("fifty people", begun)
    idle = await _idle(large)
    growth = await _growth(large, options.requests)
    _say("requests", begun)
    exports = [await _export(each) for each in (small, large)]
    _say("exports", begun)
    return Found(large.filled, pages, acts, together, idle, growth, exports)


async def _sides(servers: Servers, count: int, stack: AsyncExitStack) -> tuple[Side, Side]:
    directory, now = servers.postgres.directory.parent, utc_now()
    owner, journal = await databases(servers, "small_town")
    addresses = [(servers.owner, servers.journal, count), (owner, journal, SMALL)]
    stores = [
        await stack.enter_async_context(open_database(DatabaseOptions(each, max_size=4)))
        for _, each, _ in addresses
    ]
    lives = await lives_at(stores[0], now, directory / "evidence", min(1.0, count / 100_000))
    sides, acted = list[Side](), tuple[str, ...]()
    for (owner, journal, number), store in zip(addresses, stores, strict=True):
        filled = await fill(owner, store, lives, number)
        if not sides:
            settings = environment(servers, journal)
            await stack.enter_async_context(Worker(directory / "worker", settings))
            acted = await running(servers, store)
        place = directory / f"console-{number}"
        console = await stack.enter_async_context(console_of(servers, owner, journal, place))
        sides.append(await side_of(servers, console, store, filled, acted))
    return sides[0], sides[1]


async def side_of(
    servers: Servers, console: Town, store: Database, filled: Filled, acted: Sequence[str]
) -> Side:
    """Sign people in to a console."""
    visitors = await signed_in(store, console.port, utc_now(), PEOPLE)
    readable = await _readable(store, visitors, filled.journaled)
    return Side(console, Asking(visitors, readable, acted, ACTOR), filled, servers)


async def running(servers: Servers, store: Database) -> tuple[str, ...]:
    """Start some cases with a workflow, for acts."""
    client = await Client.connect(servers.temporal.address, data_converter=DATA_CONVERTER)
    about = complaints("desk", ACTED)
    await open_all(TemporalCases(client, "sanban", utc_now), store, about, quiet, 8)
    return tuple(case_ids(about))


async def _readable(
    store: Database, visitors: Sequence[Visitor], journaled: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    units = {case: {*of} for case, of in await store.fetch(UNITS_OF, ([*journaled],))}
    found = dict[str, tuple[str, ...]]()
    for visitor in visitors:
        reach = reach_of(town(), visitor.person, utc_now())
        own = {*reach.units}
        found[visitor.person.id] = tuple(
            case for case, of in units.items() if reach.whole_tenant or of & own
        )
    return found


async def _timed(side: Side, work: Callable[[], Times]) -> Asked:
    load = os.getloadavg()[0]
    times, took = await watched(side.town, side.servers, work)
    if times.wrong:
        raise AssertionError(f"{len(times.wrong)} answers are no page: {times.wrong[:5]}")
    pages = sum(map(len, times.of.values()))
    return Asked(times, 1000 * took.console_s / pages, 1000 * took.postgres_s / pages, load)


async def _pages(large: Side, small: Side, rounds: int) -> dict[str, list[tuple[Asked, Asked]]]:
    """Blocks before the large town and the small one, by turns; the first warms up."""
    found: dict[str, list[tuple[Asked, Asked]]] = {kind: [] for kind in KINDS}
    for number in range(rounds + 1):
        for kind in KINDS:
            sides = (large, small) if number % 2 else (small, large)
            done = [
                await _timed(side, lambda s=side, k=kind, n=number: s.few.one_by_one(k, 2, n))
                for side in sides
            ]
            if number:
                found[kind].append((done[0], done[1]) if number % 2 else (done[1], done[0]))
    return found


async def _idle(side: Side) -> tuple[float, float]:
    """CPU of the console in percent of a core, without and with open streams."""
    _, without = await watched(side.town, side.servers, lambda: time.sleep(WINDOW_S))
    with streams(side.asking.visitors, STREAMS):
        await asyncio.sleep(1)
        _, with_ = await watched(side.town, side.servers, lambda: time.sleep(WINDOW_S))
    return _percent(without), _percent(with_)


def _percent(took: Watched) -> float:
    return 100 * took.console_s / took.seconds


async def _growth(side: Side, requests: int) -> list[float]:
    """Megabytes of the console after each fifth of the requests; the first fifth fills caches."""
    found = list[float]()
    for number in range(6):
        await _timed(side, lambda n=number: side.asking.many(requests // 5, n))
        found.append(side.town.megabytes)
    return found


async def _export(side: Side) -> tuple[int, float, float, float]:
    """Rows, seconds, megabytes of the console before, and most meanwhile."""
    visitor = next(each for each in side.asking.visitors if each.person.id == FEW[0])
    before = side.town.megabytes
    rows, took = await watched(
        side.town, side.servers, lambda: visitor.lines("/cases.csv?closed=1")
    )
    return rows - 1, took.seconds, before, took.most_mb


def _say(what: str, begun: float) -> None:
    print(f"desk: {what} after {time.monotonic() - begun:.0f} s", file=sys.stderr)
