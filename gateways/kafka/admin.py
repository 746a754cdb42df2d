"""Creates missing topics, for embedded servers and first steps."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import errors as kafka_errors
from kafka.admin import NewTopic

from gateways.kafka.mended_clients import MendedAdmin
from gateways.kafka.probe import why_not_connected
from gateways.kafka.refusals import KafkaRefuses, refusal
from schemas.intake import Unavailable

_MS_TO_CONNECT = 10_000


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic to create; `largest_record` in bytes."""

    name: str
    partitions: int
    largest_record: int = 1024 * 1024


async def ensure_topics(
    bootstrap: str, topics: Sequence[TopicSpec], client: Mapping[str, Any] | None = None
) -> None:
    """Create the topics that are missing; one that exists stays as it is.

    Raises Unavailable when no broker answers, KafkaRefuses when it refuses us.
    """
    await asyncio.to_thread(_ensure, bootstrap, topics, client or {})


def _ensure(bootstrap: str, topics: Sequence[TopicSpec], client: Mapping[str, Any]) -> None:
    try:
        admin = MendedAdmin(
            bootstrap_servers=bootstrap, bootstrap_timeout_ms=_MS_TO_CONNECT, **client
        )
    except kafka_errors.KafkaError as error:
        raise _unavailable(error, client, why_not_connected(bootstrap, client)) from error
    try:
        for topic in topics:
            settings = {"max.message.bytes": str(topic.largest_record)}
            wanted = NewTopic(
                topic.name, topic.partitions, replication_factor=1, topic_configs=settings
            )
            try:
                admin.create_topics([wanted])
            except kafka_errors.TopicAlreadyExistsError:
                continue
    except kafka_errors.KafkaError as error:
        raise _unavailable(error, client) from error
    finally:
        admin.close()


def _unavailable(
    error: kafka_errors.KafkaError, client: Mapping[str, Any], why: str | None = None
) -> Unavailable:
    why = refusal(error, client, wanted="CREATE on its topics") or why
    return KafkaRefuses(why) if why else Unavailable("kafka", type(error).__name__)
