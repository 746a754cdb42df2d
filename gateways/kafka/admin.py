"""Creates missing topics: `sanban up` and `sanban prepare`."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kafka import errors as kafka_errors
from kafka.admin import NewTopic

from gateways.kafka.mended_clients import MendedAdmin
from gateways.kafka.probe import why_not_connected
from gateways.kafka.refusals import KafkaRefuses, refusal
from gateways.kafka.topics import is_there
from schemas.intake import Unavailable

_MS_TO_CONNECT = 10_000


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic to create; `largest_record` in bytes, `settings` as Kafka names them."""

    name: str
    partitions: int
    largest_record: int = 1024 * 1024
    replicas: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)


async def ensure_topics(
    bootstrap: str, topics: Sequence[TopicSpec], client: Mapping[str, Any] | None = None
) -> list[str]:
    """Create the topics that are missing, and return their names; one that exists stays as it is.

    Raises Unavailable when no broker answers, KafkaRefuses when it refuses us.
    """
    return await asyncio.to_thread(_ensure, bootstrap, topics, client or {})


def _ensure(bootstrap: str, topics: Sequence[TopicSpec], client: Mapping[str, Any]) -> list[str]:
    if not is_there(bootstrap):
        raise Unavailable("kafka", f"no broker answers at {bootstrap}")
    try:
        admin = MendedAdmin(
            bootstrap_servers=bootstrap, bootstrap_timeout_ms=_MS_TO_CONNECT, **client
        )
    except kafka_errors.KafkaError as error:
        raise _unavailable(error, client, why_not_connected(bootstrap, client)) from error
    made = []
    try:
        for topic in topics:
            settings = {"max.message.bytes": str(topic.largest_record), **topic.settings}
            wanted = NewTopic(
                topic.name,
                topic.partitions,
                replication_factor=topic.replicas,
                topic_configs=settings,
            )
            try:
                admin.create_topics([wanted])
            except kafka_errors.TopicAlreadyExistsError:
                continue
            made.append(topic.name)
    except kafka_errors.KafkaError as error:
        raise _unavailable(error, client) from error
    finally:
        admin.close()
    return made


def _unavailable(
    error: kafka_errors.KafkaError, client: Mapping[str, Any], why: str | None = None
) -> Unavailable:
    why = refusal(error, client, wanted="CREATE on its topics") or why
    return KafkaRefuses(why) if why else Unavailable("kafka", type(error).__name__)
