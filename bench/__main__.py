"""Measure Sanban beside its floor, beside plain activities and beside DBOS, in one run.

python -m bench [--rounds 5] [--lives 200] [--servers postgres,embedded] [--out bench/results]
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.appends import appends
from bench.micro import parts
from bench.report import Result, Suite
from bench.rounds import Plan, Round, idle, rotated, run_round
from bench.servers import Servers, started
from runtime.processes import temporary_directory

KINDS = ("postgres", "embedded")
QUICK = {"rounds": 1, "lives": 24, "starts": 48}


def main() -> None:
    options = _options()
    result = Result({name: value for name, value in vars(options).items() if name != "out"})
    try:
        asyncio.run(_run(options, result))
    finally:
        print(result.page())
        if options.out is not None:
            result.save(options.out)
    sys.stdout.flush()
    # Without Python's farewell, in which Temporal's threads abort one run in twelve.
    os._exit(0 if len(result.suites) == len(options.servers) else 1)


async def _run(options: argparse.Namespace, result: Result) -> None:
    result.micro.extend(parts())
    for kind in options.servers:
        with temporary_directory() as directory:
            async with started(kind, directory) as servers:
                if kind == options.servers[0]:
                    cases = max(8, options.lives)
                    dsn = servers.postgres.dsn()
                    async for part in appends(dsn, rounds=options.rounds + 2, cases=cases):
                        result.micro.append(part)
                result.suites.append(await _suite(servers, options))
                if options.out is not None:
                    result.save(options.out)


async def _suite(servers: Servers, options: argparse.Namespace) -> Suite:
    plans, rounds = _plans(options), list[Round]()
    resting = await idle(servers, 5)
    for number in range(options.rounds + 1):
        for plan in rotated(plans, number):
            # The first round warms the servers up: reported, not counted.
            done = await run_round(servers, plan, number, counted=number > 0)
            rounds.append(done)
            print(f"{servers.kind} {number} {plan.name}: {done.per_second:.1f}/s", file=sys.stderr)
    return Suite(servers.kind, rounds, resting)


def _plans(options: argparse.Namespace) -> Sequence[Plan]:
    lives, cases = options.lives, options.cases_at_once
    warm = 2 * cases
    plans = [
        Plan("floor", lives, warm, cases),
        Plan("shape", lives, warm, cases),
        Plan("lives", lives, warm, cases),
        Plan("lives-split", lives, warm, cases, program="people", helper="worker"),
        Plan("activities", lives, warm, cases),
        Plan("dbos", lives, warm, cases),
        Plan("dbos_unanswered", lives, warm, cases),
        Plan("raw_starts", options.starts, 32, 32),
        Plan("intake", options.starts, 32, 32),
    ]
    if options.kafka:
        plans.append(Plan("intake_kafka", options.starts, 32, 32, kafka=True))
    wanted = options.programs or [plan.name for plan in plans]
    return [plan for plan in plans if plan.name in wanted]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="counted rounds of each program")
    parser.add_argument("--lives", type=int, default=200, help="cases a round")
    parser.add_argument("--starts", type=int, default=500, help="starts a round")
    parser.add_argument("--cases-at-once", type=int, default=16)
    parser.add_argument("--servers", type=_kinds, default=list(KINDS), help="comma between")
    parser.add_argument("--programs", type=_words, default=[], help="only these, comma between")
    parser.add_argument("--no-kafka", dest="kafka", action="store_false")
    parser.add_argument("--quick", action="store_true", help="a look whether everything runs")
    parser.add_argument("--out", type=Path, help="directory for the page and the raw figures")
    options = parser.parse_args()
    if options.quick:
        vars(options).update(QUICK)
    return options


def _kinds(text: str) -> list[str]:
    kinds = _words(text)
    if not kinds or set(kinds) - set(KINDS):
        raise argparse.ArgumentTypeError(f"of {', '.join(KINDS)}")
    return kinds


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


if __name__ == "__main__":
    main()
