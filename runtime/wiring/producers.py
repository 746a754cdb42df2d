"""Producers of Kafka records, and checks of their topics, for the brokers in the settings."""

from collections.abc import Sequence

from gateways.kafka.producer import Producer, ProducerOptions
from gateways.kafka.topics import TopicCheck
from runtime.settings import Settings


def producer_of(
    settings: Settings, *, seconds_to_connect: float = 5, seconds_to_deliver: float = 30
) -> Producer:
    """Make a producer, which connects at its first record. Raises Problem without brokers."""
    options = ProducerOptions(
        settings.need("kafka_bootstrap"),
        client=settings.kafka_security,
        seconds_to_connect=seconds_to_connect,
        seconds_to_deliver=seconds_to_deliver,
    )
    return Producer(options)


def topic_check(settings: Settings, *, reads: str = "", writes: Sequence[str]) -> TopicCheck:
    """Make the check that these topics are there. Raises Problem without brokers."""
    rights = dict.fromkeys(writes, "WRITE") | ({reads: "READ"} if reads else {})
    return TopicCheck(settings.need("kafka_bootstrap"), rights, settings.kafka_security)
