"""How fast the relay tells, beside plain reads and plain sends of the same rows; and how soon."""

import statistics
import sys
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import replace

from bench.measures import Section, spec_of
from bench.servers import Servers
from bench.stages import Stage, staging
from bench.tables import Spread, Target, spread, table

DELAY_S = 1.0
"""INTEGRATORS.md says "usually well under a second"."""
FAMILIES = ("application", "postgres", "kafka")


async def relay(servers: Servers, options: Namespace) -> Section:
    """Blocks of new cases: each is read, told and sent, in one process."""
    read, told, sent = list[Stage](), list[Stage](), list[Stage]()
    async with servers.kafka:
        spec = replace(
            spec_of(servers, "relay", options.told, options),
            few=options.followed,
            kafka=servers.kafka.bootstrap,
        )
        async with staging(servers, spec) as program:
            # The first block warms up: not counted.
            for number in range(options.rounds + 1):
                await program.do("fill")
                read.append(await program.do("read"))
                told.append(await program.do("relay"))
                sent.append(await program.do("send"))
                print(f"{servers.kind} {number} relay: {_rate(told[-1]):.0f}/s", file=sys.stderr)
            following = await program.do("follow")
    read, told, sent = read[1:], told[1:], sent[1:]
    rows, events = int(told[-1].told["rows"]), int(told[-1].told["told"])
    delays = sorted(float(each) for each in following.told["delays"])
    p95 = statistics.quantiles(delays, n=20)[-1]
    lines = [
        ["rows told a second", _text(map(_rate, told), 0)],
        ["rows read a second, and nothing done", _text(map(_rate, read), 0)],
        ["events sent a second, in no order", _text(map(_rate, sent), 0)],
        ["told / read, block by block", _text(_ratios(told, read), 3)],
        ["told / sent, in events", _text((r * events / rows for r in _ratios(told, sent)), 2)],
        *(
            [f"{name} CPU ms a row told", _text((each.cpu_ms(rows)[name] for each in told), 3)]
            for name in FAMILIES
        ),
        ["delay of a step, ms: median", f"{1000 * statistics.median(delays):.0f}"],
        ["delay of a step, ms: 95 % / the longest", f"{1000 * p95:.0f} / {1000 * delays[-1]:.0f}"],
    ]
    return Section(
        f"Telling {options.told} cases, PostgreSQL as it comes",
        f"{options.rounds} blocks of {options.told} new cases, {rows} rows of which {events} are "
        "told, through Apache Kafka. Read: the same rows, batch by batch, in the relay's order. "
        "Sent: the same events once more, 500 at once, whatever their case. Delay: from the commit "
        f"of a step to the broker's acknowledgement, {len(delays)} steps, one after the other.",
        [
            Target(
                "delay of a step, 95 %, seconds", Spread(p95, delays[0], delays[-1]), DELAY_S,
                at_least=False,
            ),
        ],
        (table(["", "median (least..most) of the blocks"], lines),),
        {"read": read, "told": told, "sent": sent, "following": following},
    )  # fmt: skip


def _rate(stage: Stage) -> float:
    return float(stage.told["rows"]) / float(stage.told["seconds"])


def _ratios(above: Iterable[Stage], below: Iterable[Stage]) -> list[float]:
    return [_rate(a) / _rate(b) for a, b in zip(above, below, strict=True)]


def _text(values: Iterable[float], digits: int) -> str:
    found = spread(values)
    return found.text(digits) if found else "-"
