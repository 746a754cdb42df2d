"""`python -m tools.capacity CASES_A_DAY`: how much of each part so many cases a day need.

A small calculator over figures that `make bench` measured (docs/PERFORMANCE.md); what was not
measured is an assumption and says so. docs/CAPACITY.md shows it for four sizes.
"""

import math
import sys
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Bench:
    """Measured on two cores, the slowest round where rounds differ. CPU in ms, sizes in bytes.

    A life is 8 journal rows; a record is one that intake takes from a backlog.
    """

    life_rows: int = 8
    life_worker_ms: float = 46.4
    life_temporal_ms: float = 43.4
    life_postgres_ms: float = 29.2
    record_intake_ms: float = 3.16
    record_temporal_ms: float = 4.95
    record_postgres_ms: float = 4.60
    relay_rows_a_second: float = 4_168
    relay_row_ms: float = 0.237
    case_bytes: int = 25_400  # bodies of the journal rows of a recorded story, on average
    history_bytes: int = 47_000  # of a run of a recorded story, on average
    report_bytes: int = 328  # of a row for similar reports, with its indexes
    cached_case_bytes: int = 285_000  # 1,425 MB of a worker with 5,000 cases in its cache


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What no bench says: how a town behaves, and how much is kept free."""

    top_hour: float = 0.12  # of a day's cases, in its fullest hour
    surge: float = 10.0  # a crisis multiplies that hour
    rows_a_case: int = 20  # recorded stories have 18 on average
    records_a_case: float = 2.0  # the complaint, and one more: a repetition, a supplement
    busy: float = 0.5  # of a core, at most, in the worst hour
    events_a_row: float = 1.0  # every row is told, which is too many
    event_bytes: int = 1_000
    overhead: float = 2.0  # indexes, heads of rows, free space, the read model
    retention_days: int = 90  # of Temporal, after a case has ended
    open_days: int = 30  # until a case has ended
    connections_a_process: int = 9  # the pool of 8, and the session of a lease
    spare_connections: int = 20  # people, migrations, exporters


BENCH, ASSUMED = Bench(), Assumptions()
PAIRS = ("relay", "notify", "checkpoints", "gateway", "console")
"""Two of each: one works or both do, and none is more than one machine can carry."""


@dataclass(frozen=True, slots=True)
class NeededParts:
    """What so many cases a day need in the worst hour, and what a year leaves behind."""

    cases_a_day: float
    worst_cases_a_second: float
    workers: int
    intakes: int
    partitions: int
    temporal_cores: int
    postgres_cores: int
    relay_share: float  # of what one relay publishes
    connections: int
    worker_memory_gb: float
    journal_gb_a_year: float
    temporal_gb: float
    events_gb_a_year: float


def capacity(
    cases_a_day: float, assumed: Assumptions = ASSUMED, bench: Bench = BENCH
) -> NeededParts:
    """Return what `cases_a_day`, more than 0, need. Raises ValueError."""
    if not 0 < cases_a_day < math.inf:
        raise ValueError(f"{cases_a_day} is no number of cases a day")
    rate = cases_a_day * assumed.top_hour * assumed.surge / 3600
    lives = rate * assumed.rows_a_case / bench.life_rows
    records = rate * assumed.records_a_case

    def cores(ms: float) -> int:
        return math.ceil(ms / 1000 / assumed.busy)

    workers = max(2, cores(lives * bench.life_worker_ms))
    intakes = max(2, cores(records * bench.record_intake_ms))
    processes = workers + intakes + 2 * len(PAIRS)
    at_once = cases_a_day * assumed.open_days
    kept = cases_a_day * (assumed.open_days + assumed.retention_days)
    year = 365 * cases_a_day
    case = bench.case_bytes + assumed.records_a_case * bench.report_bytes
    return NeededParts(
        cases_a_day=cases_a_day,
        worst_cases_a_second=rate,
        workers=workers,
        intakes=intakes,
        partitions=max(12, 2 * intakes),
        temporal_cores=max(
            1, cores(lives * bench.life_temporal_ms + records * bench.record_temporal_ms)
        ),
        postgres_cores=max(
            1, cores(lives * bench.life_postgres_ms + records * bench.record_postgres_ms)
        ),
        relay_share=rate * assumed.rows_a_case * assumed.events_a_row / bench.relay_rows_a_second,
        connections=processes * assumed.connections_a_process + assumed.spare_connections,
        worker_memory_gb=min(at_once / workers, 5_000) * bench.cached_case_bytes / 1e9,
        journal_gb_a_year=year * case * assumed.overhead / 1e9,
        temporal_gb=kept * bench.history_bytes * assumed.overhead / 1e9,
        events_gb_a_year=year * assumed.rows_a_case * assumed.event_bytes / 1e9,
    )


def grows_first(size: NeededParts) -> str:
    """Return the part that has to grow first: the one of which most is needed beyond the least."""
    dials = {
        "workers": size.workers / 2,
        "intakes and partitions": size.intakes / 2,
        "Temporal": float(size.temporal_cores),
        "PostgreSQL": float(size.postgres_cores),
    }
    name = max(dials, key=lambda each: dials[each])
    return name if dials[name] > 1 else "nothing: the least of each will do"


def main(arguments: list[str]) -> int:
    try:
        [typed] = arguments
        size = capacity(float(typed))
    except ValueError as error:
        sys.stderr.write(f"python -m tools.capacity CASES_A_DAY: {error}\n")
        return 2
    for each in fields(size):
        value = getattr(size, each.name)
        shown = f"{value:.3g}" if isinstance(value, float) else value
        sys.stdout.write(f"{each.name:<24}{shown}\n")
    sys.stdout.write(f"{'grows first':<24}{grows_first(size)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
