"""Makes the topics of Sanban where they are missing. For embedded parts and first steps."""

import asyncio
from collections.abc import Mapping
from typing import Any

from kafka import KafkaAdminClient
from kafka import errors as kafka_errors
from kafka.admin import NewTopic

from schemas.intake import Unavailable


async def ensure_topics(
    bootstrap: str, partitions: Mapping[str, int], client: Mapping[str, Any] | None = None
) -> None:
    """Each topic with that many partitions; one that exists is left as it is.

    Raises Unavailable when no broker answers.
    """
    await asyncio.to_thread(_ensure, bootstrap, partitions, client or {})


def _ensure(bootstrap: str, partitions: Mapping[str, int], client: Mapping[str, Any]) -> None:
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, **client)
    except kafka_errors.KafkaError as error:
        raise Unavailable("kafka", type(error).__name__) from error
    try:
        for name, count in partitions.items():
            try:
                admin.create_topics([NewTopic(name, count, replication_factor=1)])
            except kafka_errors.TopicAlreadyExistsError:
                continue
    except kafka_errors.KafkaError as error:
        raise Unavailable("kafka", type(error).__name__) from error
    finally:
        admin.close()
