"""Producers of Kafka records, for the brokers in the settings."""

from gateways.kafka.producer import Producer, ProducerOptions
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
