"""Asks the broker what topics are like: partitions, copies, settings, and what we may do."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from kafka import errors as kafka_errors
from kafka.admin import ConfigResource, ConfigResourceType

from gateways.kafka.mended_clients import MendedAdmin
from gateways.kafka.probe import why_not_connected
from gateways.kafka.refusals import KafkaRefuses, refusal
from gateways.kafka.topics import is_there
from schemas.intake import Unavailable

_MS_TO_CONNECT = 10_000
_OFFSETS = "offsets.retention.minutes"
_UNKNOWN: str = kafka_errors.UnknownTopicOrPartitionError.__name__


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A topic as the broker describes it; `error` is its name of why it does not.

    `copies` is the smallest number of replicas of a partition. `settings` is empty where our user
    may not read them (DESCRIBE_CONFIGS), `operations` where the broker names none.
    """

    error: str = ""
    partitions: int = 0
    copies: int = 0
    leaderless: tuple[int, ...] = ()
    behind: Mapping[int, int] = field(default_factory=dict)
    """Partition -> how many copies are in sync, where these are fewer than there are."""
    settings: Mapping[str, str] = field(default_factory=dict)
    operations: frozenset[str] = frozenset()

    @property
    def exists(self) -> bool:
        return self.error != _UNKNOWN


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """The topics that were asked for, by name, and how many brokers the cluster has.

    `offsets_kept`: how long the brokers keep the offsets of a group without members; None where our
    user may not read it (DESCRIBE_CONFIGS on the cluster).
    """

    brokers: int
    topics: Mapping[str, TopicFacts]
    offsets_kept: timedelta | None = None


async def cluster_facts(
    bootstrap: str, topics: Sequence[str], client: Mapping[str, Any] | None = None
) -> ClusterFacts:
    """Ask without changing anything.

    Raises Unavailable when no broker answers, KafkaRefuses when it refuses us.
    """
    return await asyncio.to_thread(_ask, bootstrap, topics, client or {})


def _ask(bootstrap: str, topics: Sequence[str], client: Mapping[str, Any]) -> ClusterFacts:
    if not is_there(bootstrap):
        raise Unavailable("kafka", f"no broker answers at {bootstrap}")
    try:
        admin = MendedAdmin(
            bootstrap_servers=bootstrap,
            bootstrap_timeout_ms=_MS_TO_CONNECT,
            request_timeout_ms=_MS_TO_CONNECT,
            **client,
        )
    except kafka_errors.KafkaError as error:
        raise _unavailable(error, client, why_not_connected(bootstrap, client)) from error
    try:
        described = {each["name"]: each for each in admin.describe_topics(list(topics))}
        brokers = [each["broker_id"] for each in admin.describe_cluster()["brokers"]]
        asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in topics]
        settings = admin.describe_configs(asked, config_filter="all").get("topic", {})
        offsets_kept = _offsets_kept(admin, brokers)
    except kafka_errors.KafkaError as error:
        raise _unavailable(error, client) from error
    finally:
        admin.close()
    return ClusterFacts(
        len(brokers),
        {name: _facts(described.get(name), settings.get(name, {})) for name in topics},
        offsets_kept,
    )


def _offsets_kept(admin: MendedAdmin, brokers: Sequence[int]) -> timedelta | None:
    """Return the shortest time of all brokers; None if none of them says it."""
    asked = [ConfigResource(ConfigResourceType.BROKER, str(broker)) for broker in brokers]
    try:
        found = admin.describe_configs(asked, config_filter="all").get("broker", {})
    except kafka_errors.KafkaError:
        return None  # one remark less: what the topics are like is known
    minutes = [int(each[_OFFSETS]["value"]) for each in found.values() if _OFFSETS in each]
    return timedelta(minutes=min(minutes)) if minutes else None


def _facts(described: Mapping[str, Any] | None, settings: Mapping[str, Any]) -> TopicFacts:
    if described is None:
        return TopicFacts(_UNKNOWN)
    code = kafka_errors.for_code(described["error_code"])
    if code is not kafka_errors.NoError:
        return TopicFacts(code.__name__)
    partitions = described["partitions"]
    number = {each["partition_index"]: each for each in partitions}
    return TopicFacts(
        partitions=len(partitions),
        copies=min((len(each["replica_nodes"]) for each in partitions), default=0),
        leaderless=tuple(sorted(at for at, each in number.items() if each["leader_id"] < 0)),
        behind={
            at: len(each["isr_nodes"])
            for at, each in number.items()
            if len(each["isr_nodes"]) < len(each["replica_nodes"])
        },
        settings={name: str(each["value"]) for name, each in settings.items()},
        operations=frozenset(described.get("authorized_operations") or ()),
    )


def _unavailable(
    error: kafka_errors.KafkaError, client: Mapping[str, Any], why: str | None = None
) -> Unavailable:
    why = refusal(error, client, wanted="DESCRIBE and DESCRIBE_CONFIGS on its topics") or why
    return KafkaRefuses(why) if why else Unavailable("kafka", type(error).__name__)
