"""Asks the broker how long topics keep their records."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from kafka import errors as kafka_errors
from kafka.admin import ConfigResource, ConfigResourceType

from gateways.kafka.mended_clients import MendedAdmin
from gateways.kafka.probe import why_not_connected
from gateways.kafka.refusals import KafkaRefuses, refusal
from schemas.intake import Unavailable

_MS_TO_CONNECT = 10_000
_ASKED = ("retention.ms", "segment.ms", "cleanup.policy")


async def kept_for(
    bootstrap: str, topics: Sequence[str], client: Mapping[str, Any] | None = None
) -> dict[str, timedelta | None]:
    """Return by topic how long a record stays at most; None where it may stay for ever.

    A segment is deleted when its newest record is old enough, so a record may stay for the time of
    one segment longer. Raises Unavailable when no broker answers, KafkaRefuses when it refuses us.
    """
    return await asyncio.to_thread(_kept_for, bootstrap, topics, client or {})


def _kept_for(
    bootstrap: str, topics: Sequence[str], client: Mapping[str, Any]
) -> dict[str, timedelta | None]:
    try:
        admin = MendedAdmin(
            bootstrap_servers=bootstrap, bootstrap_timeout_ms=_MS_TO_CONNECT, **client
        )
    except kafka_errors.KafkaError as error:
        raise _unavailable(error, client, why_not_connected(bootstrap, client)) from error
    try:
        asked = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
        found = admin.describe_configs(asked, config_filter="all")
    except kafka_errors.KafkaError as error:
        raise _unavailable(error, client) from error
    finally:
        admin.close()
    return {topic: _longest(settings) for topic, settings in _settings(found).items()}


def _settings(found: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    return {
        topic: {name: str(settings[name]["value"]) for name in _ASKED if name in settings}
        for topics in found.values()
        for topic, settings in topics.items()
    }


def _longest(settings: Mapping[str, str]) -> timedelta | None:
    kept, segment = (int(settings.get(name, -1)) for name in _ASKED[:2])
    if kept < 0 or "delete" not in settings.get("cleanup.policy", "delete"):
        return None
    return timedelta(milliseconds=kept + max(segment, 0))


def _unavailable(
    error: kafka_errors.KafkaError, client: Mapping[str, Any], why: str | None = None
) -> Unavailable:
    why = refusal(error, client, wanted="DESCRIBE_CONFIGS on its topics") or why
    return KafkaRefuses(why) if why else Unavailable("kafka", type(error).__name__)
