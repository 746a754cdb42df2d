"""The soak by hand: `python -m tests.chaos [--seconds 300] [--seed N] [--only intake,worker]`."""

import argparse
import asyncio
import logging
import secrets
import sys
import time

from tests.chaos.soak import Options, soak
from tests.chaos.stand import kinds
from tests.fakes.kafka_group import broker_going_away


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def options() -> Options:
    parser = argparse.ArgumentParser("python -m tests.chaos", allow_abbrev=False)
    parser.add_argument("--seconds", type=float, default=300, help="of load and kills")
    parser.add_argument("--seed", type=int, help="that of an earlier run repeats its plan")
    parser.add_argument("--only", default="", help="kinds of processes to kill, with commas")
    parser.add_argument("--copies", type=int, default=2, help="of each process of ours")
    parser.add_argument("--lives", type=int, default=24, help="complaints in hand at any time")
    parser.add_argument("--temporal", choices=("cluster", "embedded"), default="cluster")
    chosen = parser.parse_args()
    cluster = chosen.temporal == "cluster"
    only = [kind for kind in chosen.only.split(",") if kind]
    known = kinds(cluster=cluster)
    for unknown in set(only) - set(known):
        parser.error(f"no kind of process {unknown!r}; there are {', '.join(known)}")
    seed = secrets.randbelow(1_000_000) if chosen.seed is None else chosen.seed
    return Options(seed, chosen.seconds, only, chosen.copies, cluster, chosen.lives)


def main() -> int:
    """Return 1 when something was lost, was done twice or did not come to rest."""
    chosen = options()
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # it is away on purpose
    say(f"python -m tests.chaos {chosen}")
    begun = time.monotonic()
    with broker_going_away():
        result = asyncio.run(soak(chosen, say))
    say(f"{result}\n{time.monotonic() - begun:.0f} s in all")
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
