import asyncio
from collections.abc import Mapping

from kafka import KafkaAdminClient
from kafka.admin import NewTopic


async def create_topics(bootstrap: str, partitions: Mapping[str, int]) -> None:
    """Each topic with that many partitions, ready for use when this returns."""
    await asyncio.to_thread(_create, bootstrap, partitions)


def _create(bootstrap: str, partitions: Mapping[str, int]) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.create_topics(
            [NewTopic(name, count, replication_factor=1) for name, count in partitions.items()]
        )
    finally:
        admin.close()
