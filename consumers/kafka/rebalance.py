"""Rebalances: commits what is done of revoked partitions and forgets the rest of them.

A listener that is a plain function cannot commit: kafka-python 3.0 raises "Cannot block on
net.run() from the IO thread". It may go back to a plain one when upstream allows that.
"""

from collections.abc import Callable, Collection, Mapping

import structlog
from kafka import AsyncConsumerRebalanceListener, OffsetAndMetadata, TopicPartition
from kafka import errors as kafka_errors

from consumers import metrics
from consumers.partition_progress import Partition, PartitionProgress
from gateways.kafka.mended_clients import MendedConsumer

log = structlog.stdlib.get_logger()


class Listener(AsyncConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Runs on kafka-python's own event loop, where neither asyncio nor a blocking call works.

    `joined` is called whenever partitions are assigned, also when there are none.
    """

    def __init__(
        self, consumer: MendedConsumer, progress: PartitionProgress, joined: Callable[[], None]
    ) -> None:
        self._consumer = consumer
        self._progress = progress
        self._joined = joined

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        gone = [tuple(partition) for partition in revoked]
        if offsets := self._progress.uncommitted(gone):
            try:
                await self._consumer.commit_async(wire(offsets))
            except kafka_errors.KafkaError as error:
                # The new owner gets these records again and finds them decided in the ledger.
                metrics.COMMITS_DEFERRED.inc()
                log.warning("intake.commit_on_revoke_failed", error_type=type(error).__name__)
        self._progress.revoked(gone)
        log.info("intake.partitions_revoked", partitions=sorted(gone))

    async def on_partitions_lost(self, lost: Collection[TopicPartition]) -> None:
        # No commit: the partitions belong to another member already, and the broker would refuse.
        gone = [tuple(partition) for partition in lost]
        self._progress.revoked(gone)
        log.warning("intake.partitions_lost", partitions=sorted(gone))

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        ours = [tuple(partition) for partition in assigned]
        self._progress.assigned(ours)
        self._joined()
        log.info("intake.partitions_assigned", partitions=sorted(ours))


def wire(offsets: Mapping[Partition, int]) -> dict[TopicPartition, OffsetAndMetadata]:
    """Return the offsets in the form that kafka-python commits."""
    return {
        TopicPartition(*partition): OffsetAndMetadata(offset, "", -1)
        for partition, offset in offsets.items()
    }
