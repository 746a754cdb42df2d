"""The measurements beside the programs: what grows with a case's past, with how many are open,
and with how much is due at once. Each makes one section of the page.
"""

import statistics
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.servers import Servers
from bench.spec import Spec
from bench.stages import Stage, Staging, staging
from bench.tables import Spread, Target, spread, table

RATIO = 1.2
RUN_EVENTS = 4200.0
"""The server suggests continuing at 4,096; what is under way then is finished first."""
IDLE_PERCENT = 2.0
LATE_S = 2.0
SERVED = ("application", "temporal", "postgres")


@dataclass(frozen=True)
class Section:
    """What one measurement found on one set of servers, and the raw figures behind it."""

    title: str
    about: str
    targets: Sequence[Target]
    tables: Sequence[str]
    raw: Mapping[str, object]

    def page(self) -> str:
        head = ["target", "measured", "wanted", ""]
        targets = table(head, [target.row() for target in self.targets])
        return "\n\n".join((f"## {self.title}", self.about, targets, *self.tables))


Measure = Callable[[Servers, Namespace], Awaitable[Section]]
"""One measurement on one set of servers."""


async def acts(servers: Servers, options: Namespace) -> Section:
    """Blocks on young cases and on old ones, by turns, in one process; ratios block by block."""
    spec = spec_of(servers, "acts", options.cases, options)
    measured = options.cases * options.acts
    pairs = list[tuple[Stage, Stage]]()
    async with staging(servers, spec) as program:
        making = await program.do("make_old")
        # The first block warms up: reported, not counted.
        for number in range(options.rounds + 1):
            await program.do("make_young")
            order = ("young", "old") if number % 2 else ("old", "young")
            done = {name: await program.do(name) for name in order}
            pairs.append((done["young"], done["old"]))
            print(f"{servers.kind} {number} acts: {_blocks(done)}", file=sys.stderr)
        runs: list[list[int]] = (await program.do("check")).told["runs"]
    counted = pairs[1:]
    growth = {
        "application CPU an act": _ratios(counted, lambda stage: stage.cpu_s["application"]),
        "wall time an act": _ratios(counted, _median_latency),
        "temporal CPU an act": _ratios(counted, lambda stage: stage.cpu_s["temporal"]),
        "postgres CPU an act": _ratios(counted, lambda stage: stage.cpu_s["postgres"]),
    }
    what = f"after {options.many} comments / after {options.few}"
    longest = max(max(each) for each in runs)
    targets = [
        Target(f"{name}, {what}", found, RATIO, at_least=False) for name, found in growth.items()
    ][:2]
    targets.append(
        Target(
            f"most history events of a run, {_many(sum(map(len, runs)), 'run')} of "
            f"{_many(len(runs), 'case')}",
            Spread(longest, longest, longest), RUN_EVENTS, at_least=False, digits=0,
        )
    )  # fmt: skip
    lines = [_act_line(f"after {options.few}", [young for young, _ in counted], measured)]
    lines.append(_act_line(f"after {options.many}", [old for _, old in counted], measured))
    lines.append(_act_line("0 to that, by two people", [making], options.cases * options.many))
    head = ["comments on a case", *(f"{name} CPU ms" for name in SERVED), "act p50 ms", "act p95"]
    growing = [[name, found.text(2)] for name, found in growth.items()]
    events = [[f"{number}", ", ".join(map(str, each))] for number, each in enumerate(runs, 1)]
    return Section(
        f"An act after many acts, Temporal {servers.kind}",
        f"{options.cases} cases at a time, {options.acts} comments on each in a block, "
        f"{options.rounds} blocks; every comment of every case is in the journal, once.",
        targets,
        (
            table(head, lines),
            table([f"ratio, {what}, block by block", "median (least..most)"], growing),
            table(["old case", "history events of its runs"], events),
        ),
        {"making": making, "pairs": pairs, "runs": runs},
    )


async def idle(servers: Servers, options: Namespace) -> Section:
    """The same worker before there is any case, and with many that wait for a far deadline."""
    spec = spec_of(servers, "idle", options.open, options)
    async with staging(servers, spec) as program:
        await program.watch("settle", options.settle)
        empty = await _windows(program, "empty", options)
        opening = await program.do("open")
        await program.watch("settle", options.settle)
        full = await _windows(program, "full", options)
        memory: float = (await program.do("check")).told["memory_mb"]
    added = {
        name: Spread(
            _median(full, name) - _median(empty, name),
            min(_percents(full, name)) - max(_percents(empty, name)),
            max(_percents(full, name)) - min(_percents(empty, name)),
        )
        for name in SERVED
    }
    targets = [
        Target(f"{name}: percent of a core added", added[name], IDLE_PERCENT, at_least=False)
        for name in SERVED[:2]
    ]
    lines = [
        [name, _spread(_percents(empty, name)), _spread(_percents(full, name)), added[name].text(2)]
        for name in SERVED
    ]
    return Section(
        f"{options.open} idle open cases, Temporal {servers.kind}",
        f"CPU in percent of one core, in {options.windows} windows of {options.window:.0f} s each "
        f"before the first case was opened and, {options.settle:.0f} s after the last was, with "
        "all of them open. No case wrote a row meanwhile. Opening them took "
        f"{opening.seconds:.0f} s; the worker then held {memory:.0f} MB.",
        targets,
        (table(["family", "empty", "with the cases", "added (least..most)"], lines),),
        {"empty": empty, "full": full, "opening": opening, "memory_mb": memory},
    )


async def deadlines(servers: Servers, options: Namespace) -> Section:
    """Each case misses one deadline and reaches one rung, at the same moment."""
    spec = spec_of(servers, "deadlines", options.due, options)
    async with staging(servers, spec) as program:
        opening = await program.do("open")
        fired = await program.do("fire")
        told: Mapping[str, list[float]] = (await program.do("check")).told
    late = {name: sorted(values) for name, values in told.items()}
    titles = {
        "deadline": "deadline_missed: at - due_at",
        "rung": "rung_reached: at - moment",
        "committed": "rung_reached: committed - moment",
    }
    targets = [
        Target(f"p99 s late, {titles[name]}", _share(late[name], 0.99), LATE_S, at_least=False)
        for name in titles
    ]
    lines = [
        [
            title,
            f"{len(late[name])}",
            *(f"{_share(late[name], share).median:.2f}" for share in (0.5, 0.95, 0.99, 1.0)),
        ]
        for name, title in titles.items()
    ]
    spent = fired.cpu_ms(options.due)
    return Section(
        f"{options.due} deadlines in {options.within:.0f} s, Temporal {servers.kind}",
        "All of them fired once, none is missing: a missed deadline and a rung of each case. In "
        f"CPU ms a deadline, with the wait before the first of {opening.told['margin_s']:.0f} s: "
        + ", ".join(f"{name} {spent[name]:.1f}" for name in SERVED)
        + f". Load before: {fired.load_before:.1f}.",
        targets,
        (table(["seconds late", "rows", "p50", "p95", "p99", "most"], lines),),
        {"opening": opening, "fired": fired, "late": late},
    )


def spec_of(servers: Servers, program: str, count: int, options: Namespace) -> Spec:
    return Spec(
        program=program,
        run=program,
        count=count,
        warm_up=0,
        concurrency=options.cases_at_once,
        temporal=servers.temporal.address,
        journal=servers.journal,
        owner=servers.owner,
        few=options.few,
        many=options.many,
        acts=options.acts,
        lead_s=options.lead,
        within_s=options.within,
    )


async def _windows(program: Staging, name: str, options: Namespace) -> list[Stage]:
    return [await program.watch(name, options.window) for _ in range(options.windows)]


def _act_line(what: str, stages: Sequence[Stage], pieces: int) -> list[str]:
    spent = [stage.cpu_ms(pieces) for stage in stages]
    latencies = [sorted(stage.told["latencies"]) for stage in stages]
    cells = [[each[name] for each in spent] for name in SERVED]
    cells += [[1000 * _share(each, share).median for each in latencies] for share in (0.5, 0.95)]
    return [what, *map(_spread, cells)]


def _ratios(pairs: Sequence[tuple[Stage, Stage]], value: Callable[[Stage], float]) -> Spread:
    found = spread(value(old) / value(young) for young, old in pairs)
    if found is None:
        raise ValueError("no block was counted")
    return found


def _median_latency(stage: Stage) -> float:
    return float(statistics.median(stage.told["latencies"]))


def _blocks(done: Mapping[str, Stage]) -> str:
    return ", ".join(f"{name} {1000 * _median_latency(at):.0f} ms" for name, at in done.items())


def _percents(stages: Sequence[Stage], family: str) -> list[float]:
    return [stage.percent[family] for stage in stages]


def _median(stages: Sequence[Stage], family: str) -> float:
    return statistics.median(_percents(stages, family))


def _share(values: Sequence[float], share: float) -> Spread:
    """Of sorted values, as a Spread of one."""
    value = values[round(share * (len(values) - 1))]
    return Spread(value, value, value)


def _spread(values: Sequence[float]) -> str:
    return Spread(statistics.median(values), min(values), max(values)).text(2)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
