"""The clock of every process; tests and benchmarks pass their own."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the current moment, in UTC. Code takes it as a parameter `now`."""
    return datetime.now(UTC)
