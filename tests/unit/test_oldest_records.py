"""How long a record has waited to be decided, whatever its publisher says of its moment."""

from dataclasses import dataclass, field

import pytest
from prometheus_client import REGISTRY

from consumers.kafka.oldest_records import OldestRecords
from consumers.partition_progress import Ticket

PARTITION = ("waits", 3)
DAY = 86400.0


@dataclass
class Times:
    """A clock that never jumps, and the time since 1970, which go on together."""

    clock: float = 100.0
    began: float = field(default=1_700_000_000.0 - 100.0)

    def now(self) -> float:
        return self.began + self.clock


def shown() -> float | None:
    labels = {"topic": "waits", "partition": "3"}
    return REGISTRY.get_sample_value("sanban_intake_oldest_record_seconds", labels)


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def oldest(times: Times) -> OldestRecords:
    return OldestRecords(lambda: times.clock, stale_s=60, now=times.now)


def chunk(end: int, since: float) -> Ticket:
    return Ticket(PARTITION, epoch=1, end=end, size=1, since=since)


def test_nothing_waits(oldest: OldestRecords) -> None:
    oldest.look(PARTITION, None, None)

    assert shown() == 0


def test_a_restart_of_intake_does_not_make_a_record_younger(
    oldest: OldestRecords, times: Times
) -> None:
    oldest.look(PARTITION, chunk(8, since=times.now() - 400), None)

    assert shown() == pytest.approx(400)


@pytest.mark.parametrize("since", [0.0, 1_700_000_000.0 + DAY])
def test_a_moment_that_is_missing_or_in_the_future_counts_from_when_it_was_seen(
    oldest: OldestRecords, times: Times, since: float
) -> None:
    oldest.look(PARTITION, chunk(8, since), None)
    times.clock += 70
    oldest.look(PARTITION, chunk(8, since), None)

    assert shown() == pytest.approx(70)


def test_a_record_that_is_not_read_waits_as_well(oldest: OldestRecords, times: Times) -> None:
    oldest.look(PARTITION, None, 7)
    times.clock += 500
    oldest.look(PARTITION, None, 7)

    assert shown() == pytest.approx(500)


def test_what_is_decided_one_after_the_other_does_not_add_up(
    oldest: OldestRecords, times: Times
) -> None:
    for offset in range(20):
        oldest.look(PARTITION, None, offset)
        times.clock += 30

    oldest.look(PARTITION, None, 20)
    assert shown() == 0


def test_a_partition_that_another_process_has_is_not_shown(oldest: OldestRecords) -> None:
    oldest.look(PARTITION, None, 7)
    oldest.forget(PARTITION)

    assert shown() is None
