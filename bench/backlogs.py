"""How fast a backlog is drained, beside bare starts; and what the ledger costs."""

import statistics
import sys
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from bench.measures import Section, spec_of
from bench.servers import Servers
from bench.stages import Stage, staging
from bench.tables import Spread, Target, spread, table

RATE = 0.85
MEMORY = 1.1
"""Of the last block's memory to the second's: the first warms up."""
FAMILIES = ("application", "temporal", "postgres", "kafka")


async def backlog(servers: Servers, options: Namespace) -> Section:
    """Blocks of the backlog and blocks of bare starts by turns, in one process."""
    count = options.backlog // options.blocks
    raws, drains = list[Stage](), list[Stage]()
    async with servers.kafka:
        spec = replace(
            spec_of(servers, "backlog", count, options),
            concurrency=32,
            kafka=servers.kafka.bootstrap,
        )
        async with staging(servers, spec) as program:
            for _ in range(options.blocks):
                await program.do("publish")
            await program.do("raw")  # warms up
            raws.append(await program.do("raw"))
            for number in range(options.blocks):
                drains.append(await program.do("drain"))
                raws.append(await program.do("raw"))
                print(
                    f"{servers.kind} {number} backlog: {_rate(drains[-1]):.0f}/s", file=sys.stderr
                )
    ratios = [
        _rate(drain) / statistics.mean((_rate(before), _rate(after)))
        for drain, (before, after) in zip(drains, pairwise(raws), strict=True)
    ]
    memory = [float(each.told["memory_mb"]) for each in drains]
    ratio = spread(ratios) or Spread(0, 0, 0)
    grown = memory[-1] / memory[min(1, len(memory) - 1)]
    ledger = {
        name: [1000 * each.told["ledger_s"][name] / count for each in drains]
        for name in ("reserve", "settle")
    }
    lines = [
        ["records a second", _text(map(_rate, drains), 0)],
        ["bare starts a second", _text(map(_rate, raws), 0)],
        *(
            [f"{name} CPU ms a record", _text((each.cpu_ms(count)[name] for each in drains), 2)]
            for name in FAMILIES
        ),
        *([f"waited in ledger.{name}, ms a record", _text(ledger[name], 3)] for name in ledger),
        ["memory after each block, MB", ", ".join(f"{each:.0f}" for each in memory)],
    ]
    return Section(
        f"A backlog of {options.backlog} records, Temporal {servers.kind}",
        f"{options.blocks} topics of {count} records each were full before intake began. One "
        "after the other is drained through Apache Kafka, with ledger, receipts and commits; "
        "between them 1,000 bare starts, as many at once, of inputs made beforehand.",
        [
            Target("drained / bare starts, block by block", ratio, RATE),
            Target(
                "memory after the last block / after the second",
                Spread(grown, grown, grown), MEMORY, at_least=False,
            ),
        ],
        (table(["", "median (least..most) of the blocks"], lines),),
        {"raws": raws, "drains": drains},
    )  # fmt: skip


def _rate(stage: Stage) -> float:
    pieces = float(stage.told.get("records") or stage.told["starts"])
    return pieces / float(stage.told["seconds"])


def _text(values: Iterable[float], digits: int) -> str:
    found = spread(values)
    return found.text(digits) if found else "-"
