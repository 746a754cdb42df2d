"""Measure Sanban. Each of these names is one run on servers of its own:

programs   beside its floor, beside plain activities and beside DBOS (also without a name)
acts       an act on a case that had many before, beside one on a case that had few
idle       many open cases that need nothing, beside none
deadlines  many deadlines in a short while: how late, and whether any is lost
backlog    a full topic drained by intake, beside bare starts
rebuild    workflows and the read model made again from the journal, beside reading it
relay      rows of the journal told to outsiders, beside plain reads, and how soon
checkpoint a signed root over a million rows, and one more; one kind of server is enough
inbox      lists of a million cases for everybody who reads them; one kind of server is enough
verify     the journal exported and proved, beside hashing and parsing it; one kind is enough
desk       pages of the console before a million cases; one kind of server is enough
similar    looking up reports of the same matter among very many; one kind of server is enough

python -m bench [name] [--rounds 5] [--servers postgres,embedded] [--out bench/results]
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.appends import appends
from bench.backlogs import backlog
from bench.checkpoints import checkpoint
from bench.desk.measure import desk
from bench.exports import verify
from bench.inbox import inbox
from bench.measures import Measure, acts, deadlines
from bench.measures import idle as idle_cases
from bench.micro import parts
from bench.rebuilds import rebuild
from bench.relays import relay
from bench.report import Result, Suite
from bench.rounds import Plan, Round, idle, rotated, run_round
from bench.servers import Servers, started
from bench.similar import similar
from runtime.embedded.child_server import temporary_directory

KINDS = ("postgres", "embedded")
PROGRAMS = "programs"
MEASURES: Mapping[str, Measure] = {
    "acts": acts,
    "idle": idle_cases,
    "deadlines": deadlines,
    "backlog": backlog,
    "rebuild": rebuild,
    "relay": relay,
    "checkpoint": checkpoint,
    "verify": verify,
    "similar": similar,
    "inbox": inbox,
    "desk": desk,
}
QUICK = {
    "rounds": 1,
    "lives": 24,
    "starts": 48,
    "cases": 2,
    "many": 60,
    "acts": 10,
    "open": 50,
    "windows": 2,
    "window": 2.0,
    "settle": 2.0,
    "due": 30,
    "lead": 15.0,
    "within": 5.0,
    "backlog": 600,
    "blocks": 2,
    "told": 100,
    "followed": 10,
    "signed": 20_000,
    "stored": 5000,
    "lookups": 50,
    "surge": 30,
    "lost": 200,
    "exported": 200,
    "listed": 5000,
    "lists": 3,
    "people_s": 15.0,
    "requests": 500,
}


def main() -> None:
    options = _options()
    run = _run if options.what == PROGRAMS else _measure
    result = Result({name: value for name, value in vars(options).items() if name != "out"})
    try:
        asyncio.run(run(options, result))
    finally:
        print(result.page())
        if options.out is not None:
            result.save(options.out)
    sys.stdout.flush()
    # Without Python's farewell, in which Temporal's threads abort one run in twelve.
    whole = len(result.suites) + len(result.sections) == len(options.servers)
    os._exit(0 if whole else 1)


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


async def _measure(options: argparse.Namespace, result: Result) -> None:
    for kind in options.servers:
        with temporary_directory() as directory:
            async with started(kind, directory) as servers:
                result.sections.append(await MEASURES[options.what](servers, options))
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
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [PROGRAMS, *MEASURES]
    parser.add_argument("what", nargs="?", choices=names, default=PROGRAMS, metavar="name")
    parser.add_argument("--rounds", type=int, default=5, help="counted rounds of each program")
    parser.add_argument("--lives", type=int, default=200, help="cases a round")
    parser.add_argument("--starts", type=int, default=500, help="starts a round")
    parser.add_argument("--cases-at-once", type=int, default=16)
    parser.add_argument("--servers", type=_kinds, default=list(KINDS), help="comma between")
    parser.add_argument("--programs", type=_words, default=[], help="only these, comma between")
    parser.add_argument("--no-kafka", dest="kafka", action="store_false")
    parser.add_argument("--quick", action="store_true", help="a look whether everything runs")
    parser.add_argument("--out", type=Path, help="directory for the page and the raw figures")
    _add_measures(parser)
    options = parser.parse_args()
    if options.quick:
        # As defaults, so that a size that was given still counts.
        parser.set_defaults(**QUICK)
        options = parser.parse_args()
    if options.lead is None:
        # Half the rate at which two cores open cases, and a little more.
        options.lead = 10.0 + options.due / 15
    return options


def _add_measures(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("acts")
    group.add_argument("--cases", type=int, default=4, help="cases of each kind at a time")
    group.add_argument("--few", type=int, default=10, help="comments on a young case before")
    group.add_argument("--many", type=int, default=1000, help="comments on an old case before")
    group.add_argument("--acts", type=int, default=25, help="comments measured a case and block")
    group = parser.add_argument_group("idle")
    group.add_argument("--open", type=int, default=10_000, help="idle cases")
    group.add_argument(
        "--windows", type=int, default=5, help="measured stretches, before and after"
    )
    group.add_argument("--window", type=float, default=10.0, help="seconds of each")
    group.add_argument(
        "--settle", type=float, default=30.0, help="seconds of rest before the first"
    )
    group = parser.add_argument_group("backlog")
    group.add_argument("--backlog", type=int, default=50_000, help="records")
    group.add_argument("--blocks", type=int, default=5, help="topics they lie in")
    group = parser.add_argument_group("relay")
    group.add_argument("--told", type=int, default=2000, help="cases a block")
    group.add_argument("--followed", type=int, default=100, help="cases that are followed")
    group = parser.add_argument_group("checkpoint")
    group.add_argument("--signed", type=int, default=1_000_000, help="rows before the first")
    group = parser.add_argument_group("deadlines")
    group.add_argument("--due", type=int, default=1000, help="cases, each with one deadline")
    group.add_argument("--within", type=float, default=60.0, help="seconds they are spread over")
    group.add_argument("--lead", type=float, help="seconds from the first start to the first")

    group = parser.add_argument_group("rebuild")
    group.add_argument("--lost", type=int, default=10_000, help="cases, half of them open")
    group = parser.add_argument_group("inbox")
    group.add_argument("--listed", type=int, default=1_000_000, help="cases, 6 in 100 open")
    group.add_argument("--lists", type=int, default=40, help="of each kind, for each reader")
    group = parser.add_argument_group("desk", "--listed, --rounds, and")
    group.add_argument("--people-s", type=float, default=120.0, help="seconds of fifty people")
    group.add_argument("--requests", type=int, default=10_000, help="for the console's memory")
    group = parser.add_argument_group("verify")
    group.add_argument("--exported", type=int, default=4_000, help="cases, half of them open")
    group = parser.add_argument_group("similar")
    group.add_argument("--stored", type=int, default=1_000_000, help="complaints of a year")
    group.add_argument("--lookups", type=int, default=500, help="new complaints")
    group.add_argument("--surge", type=int, default=300, help="new complaints about one matter")


def _kinds(text: str) -> list[str]:
    kinds = _words(text)
    if not kinds or set(kinds) - set(KINDS):
        raise argparse.ArgumentTypeError(f"of {', '.join(KINDS)}")
    return kinds


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


if __name__ == "__main__":
    main()
