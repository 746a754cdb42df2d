"""docs/CAPACITY.md: what a town, a district, a prefecture and a capital need."""

from collections.abc import Mapping
from dataclasses import fields

from tools.capacity import ASSUMED, BENCH, NeededParts, capacity, grows_first
from tools.pages.markdown import page, table

SIZES: Mapping[str, float] = {
    "a town": 1.3,
    "a district": 100,
    "a prefecture": 3_500,
    "Beijing": 68_500,
}

INTRODUCTION = """
How many of each process, which partitions, connections and disks so many cases a day need. The
numbers follow from figures of [PERFORMANCE.md](PERFORMANCE.md), which were measured on two cores,
by the calculator in `tools/capacity.py`. For another size: `python -m tools.capacity CASES_A_DAY`,
in a checkout. They are for planning: measure your own (`make bench`), and watch
([OPERATIONS.md](OPERATIONS.md)).
"""

PAIRED = """
Two each of relay, notify, checkpoints, gateway and console are counted in the connections.
"""

WHAT_GROWS = """
## What grows first

Up to a prefecture, the least of each will do. Beyond, Temporal and the workers grow together: a
case costs both about the same CPU. A worker uses one core; start more of them, and they share the
work at once. Temporal gets more servers. PostgreSQL has one server for writing, so it gets a larger
machine. Intakes come last, and there are never more of them than partitions: make the partitions
at the beginning, because a later change moves cases to other ones. The number of Temporal's history
shards is fixed when its cluster is made; how many are needed we have not measured. One relay
publishes for all: where its share comes near 1, an installation ends, and the next tenant gets one
of its own. The journal is never deleted, so its disk only grows.
"""

_ROUND = 10
_ROWS = {
    "worst_cases_a_second": "cases a second in the worst hour",
    "workers": "workers, a core each",
    "worker_memory_gb": "memory of each worker's cache, GB",
    "intakes": "intakes",
    "partitions": "partitions of complaints and commands",
    "temporal_cores": "cores for Temporal",
    "postgres_cores": "cores for PostgreSQL",
    "relay_share": "of what one relay publishes",
    "connections": "`max_connections` for Sanban",
    "journal_gb_a_year": "journal and lists, GB a year",
    "temporal_gb": "Temporal's histories, GB",
    "events_gb_a_year": "events in Kafka, GB a year, one copy",
}


def capacity_page() -> str:
    sizes = {name: capacity(cases) for name, cases in SIZES.items()}
    head = ["", *(f"{name}, {cases:,} a day" for name, cases in SIZES.items())]
    rows = [
        [said, *(_shown(size, field) for size in sizes.values())] for field, said in _ROWS.items()
    ]
    rows.append(["grows first", *map(grows_first, sizes.values())])
    return page(
        "Capacity",
        "tools/capacity.py",
        INTRODUCTION,
        table(head, rows),
        PAIRED,
        WHAT_GROWS,
        "## Measured\n\nOn two cores, the slowest round; CPU in ms, sizes in bytes.\n\n"
        + table(["figure", "value"], _fields(BENCH)),
        "## Assumed\n\nNot measured: how a town behaves, and how much is kept free.\n\n"
        + table(["assumption", "value"], _fields(ASSUMED)),
    )


def _shown(size: NeededParts, field: str) -> str:
    value = getattr(size, field)
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.2g}" if value < _ROUND else f"{value:,.0f}"


def _fields(figures: object) -> list[list[str]]:
    return [
        [each.name.replace("_", " "), f"{getattr(figures, each.name):,}"]
        for each in fields(figures)  # type: ignore[arg-type]
    ]
