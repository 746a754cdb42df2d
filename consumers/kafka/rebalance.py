"""What happens when partitions change hands: what is done is committed, the rest forgotten."""

from collections.abc import Callable, Collection, Mapping

import structlog
from kafka import AsyncConsumerRebalanceListener, OffsetAndMetadata, TopicPartition
from kafka import errors as kafka_errors

from consumers import metrics
from consumers.progress import Partition, PartitionProgress
from gateways.kafka.mended_clients import MendedConsumer

log = structlog.stdlib.get_logger()


class Listener(AsyncConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Runs on the loop of kafka-python: neither asyncio nor a blocking call works here."""

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
                # Their new owner gets the records again, and finds them decided.
                metrics.COMMITS_DEFERRED.inc()
                log.warning("intake.commit_on_revoke_failed", error_type=type(error).__name__)
        self._progress.revoked(gone)
        log.info("intake.partitions_revoked", partitions=sorted(gone))

    async def on_partitions_lost(self, lost: Collection[TopicPartition]) -> None:
        gone = [tuple(partition) for partition in lost]
        self._progress.revoked(gone)
        log.warning("intake.partitions_lost", partitions=sorted(gone))

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        ours = [tuple(partition) for partition in assigned]
        self._progress.assigned(ours)
        self._joined()
        log.info("intake.partitions_assigned", partitions=sorted(ours))


def wire(offsets: Mapping[Partition, int]) -> dict[TopicPartition, OffsetAndMetadata]:
    """As kafka-python commits them."""
    return {
        TopicPartition(*partition): OffsetAndMetadata(offset, "", -1)
        for partition, offset in offsets.items()
    }
