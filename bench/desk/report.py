"""What the bench of the console says: targets, and the figures behind them."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.desk.asking import Times
from bench.desk.filling import Filled
from bench.measures import Section
from bench.tables import Spread, Target, table

SMALL, PEOPLE, STREAMS = 1000, 50, 200
P95_MS: Mapping[str, float] = {"home": 150.0, "list": 100.0, "case": 150.0, "act": 500.0}
RATIO, STREAMS_PERCENT, GROWTH = 2.0, 3.0, 1.05


@dataclass(frozen=True)
class Asked:
    """Answers of one stretch, and CPU milliseconds of console and PostgreSQL for each."""

    times: Times
    console_ms: float
    postgres_ms: float
    load: float


Pairs = Sequence[tuple[Asked, Asked]]
"""Blocks before the large town and the small one."""
Export = tuple[int, float, float, float]
"""Rows, seconds, megabytes of the console before, and most meanwhile."""


@dataclass(frozen=True)
class Found:
    """`idle`: percent of a core without streams and with them. `growth`: megabytes after each
    fifth of the requests. `exports`: of the small town and of the large one.
    """

    filled: Filled
    pages: Mapping[str, Pairs]
    acts: Asked
    together: Asked
    idle: tuple[float, float]
    growth: Sequence[float]
    exports: Sequence[Export]


def section(kind: str, found: Found) -> Section:
    pages, together, growth, exports = found.pages, found.together, found.growth, found.exports
    count, bare = found.filled.count, statistics.median(_all(pages["bare"], 0))
    targets = [
        Target(f"p95 ms of {page}, {PEOPLE} people", _one(_share(together.times.of[page], 0.95)),
               most, at_least=False)
        for page, most in P95_MS.items()
    ]  # fmt: skip
    targets += [
        Target(f"{page}: median of {count:,} cases / of {SMALL:,}", _ratio(pages[page]), RATIO,
               at_least=False)
        for page in ("home", "list", "case")
    ]  # fmt: skip
    rows, _, before, most = exports[1]
    targets += [
        Target(f"CPU percent of {STREAMS} idle streams", _one(found.idle[1] - found.idle[0]),
               STREAMS_PERCENT, at_least=False),
        Target("memory after all requests / after the first fifth", _one(growth[-1] / growth[0]),
               GROWTH, at_least=False, digits=3),
        Target(f"memory while {rows:,} rows are exported / before", _one(most / before), 1.2,
               at_least=False, digits=2),
    ]  # fmt: skip
    lines = [
        [
            page,
            *(
                f"{_share(_all(pairs, of), 0.5):.0f} / {_share(_all(pairs, of), 0.95):.0f}"
                for of in (0, 1)
            ),
            _ratio(pairs).text(2),
            f"{statistics.median(_all(pairs, 0)) / bare:.1f}",
            *(f"{_cpu(pairs, of)[0]:.0f} + {_cpu(pairs, of)[1]:.0f}" for of in (0, 1)),
        ]
        for page, pairs in pages.items()
    ]
    said = [
        [page, f"{len(times)}", *(f"{_share(times, share):.0f}" for share in (0.5, 0.95, 0.99))]
        for page, times in [
            ("act, one by one", found.acts.times.of["act"]),
            *together.times.of.items(),
        ]
    ]
    loads = [each.load for pairs in pages.values() for pair in pairs for each in pair]
    return Section(
        f"The console before {count:,} cases, Temporal {kind}",
        f"{found.filled.open:,} cases open; filling took {found.filled.seconds:.0f} s. "
        f"Load of the machine before blocks: {min(loads):.1f} to {max(loads):.1f}.",
        targets,
        (
            table(
                ["page", f"{count:,}: p50 / p95 ms", f"{SMALL:,}: p50 / p95 ms", "ratio",
                 "of a page without cases", "CPU ms, console + PostgreSQL", "the same, small"],
                lines,
            ),
            table([f"{PEOPLE} people", "asked", "p50 ms", "p95", "p99"], said),
            table(
                ["export", "rows", "s", "MB before", "most MB"],
                [["CSV", f"{r:,}", f"{s:.0f}", f"{b:.0f}", f"{m:.0f}"] for r, s, b, m in exports],
            ),
            table(
                ["after fifths of the requests", *map(str, range(1, 7))],
                [["MB", *(f"{each:.0f}" for each in growth)]],
            ),
        ),
        {"together": together.times.of, "growth": growth, "idle": found.idle, "exports": exports},
    )  # fmt: skip


def _all(found: Pairs, of: int) -> list[float]:
    return [s for pair in found for times in pair[of].times.of.values() for s in times]


def _cpu(found: Pairs, of: int) -> tuple[float, float]:
    pairs = [(pair[of].console_ms, pair[of].postgres_ms) for pair in found]
    return statistics.median(c for c, _ in pairs), statistics.median(p for _, p in pairs)


def _ratio(found: Pairs) -> Spread:
    """Median of the large town over that of the small one, block by block."""
    ratios = [
        statistics.median(_all([pair], 0)) / statistics.median(_all([pair], 1)) for pair in found
    ]
    return Spread(statistics.median(ratios), min(ratios), max(ratios))


def _share(seconds: Sequence[float], share: float) -> float:
    return 1000 * sorted(seconds)[round(share * (len(seconds) - 1))]


def _one(value: float) -> Spread:
    return Spread(value, value, value)
