"""Decides which partitions must rest, so that neither records nor bytes in work exceed a bound."""

from collections.abc import Collection, Mapping

from kafka import TopicPartition

from consumers.kafka.settings import SourceOptions
from consumers.partition_progress import Ticket


def bytes_of(out: Collection[Ticket], held: Mapping[TopicPartition, int]) -> int:
    """Return the bytes of what is in work and of what is fetched."""
    return sum(ticket.weight for ticket in out) + sum(held.values())


def resting(
    assigned: set[TopicPartition],
    out: Collection[Ticket],
    held: Mapping[TopicPartition, int],
    options: SourceOptions,
) -> set[TopicPartition]:
    """Return the partitions that must rest: those with a chunk out, and all while too much is out.

    What is held only becomes less when it is handed out. So if nothing is out, one partition of
    those that hold something goes on.
    """
    busy = assigned & {TopicPartition(*ticket.partition) for ticket in out}
    is_full = (
        sum(ticket.size for ticket in out) >= options.max_in_flight
        or bytes_of(out, held) >= options.max_bytes
    )
    if not is_full:
        return busy
    if out:
        return assigned
    going = sorted(assigned & held.keys())[:1]
    return assigned - set(going) if going else busy
