"""Knows how large a record may be on a topic, so that what is sent can be made to fit."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from kafka import errors as kafka_errors
from kafka.admin import ConfigResource, ConfigResourceType

from gateways.kafka.mended_clients import MendedAdmin

log = structlog.stdlib.get_logger()

LIMIT = "max.message.bytes"
ASSUMED = 1_000_000
"""Bytes; a little less than Kafka's default. Used where our user may not ask for the real limit."""
NEEDED = 64 * 1024
"""Bytes that every topic must allow: the smallest form of everything that Sanban sends has less."""

_MS_TO_CONNECT = 5000


@dataclass
class TopicLimits:
    """Asks the broker for a topic's `max.message.bytes`, and remembers the answer for a while.

    Without permission (DESCRIBE_CONFIGS on the topic), or where the broker's answer is not what it
    does, it learns from refusals: each halves the limit, so that a sender that makes its record fit
    is done after a few.
    """

    bootstrap: str
    client: Mapping[str, Any] = field(default_factory=dict, repr=False)
    clock: Callable[[], float] = time.monotonic
    seconds_known: float = 60
    seconds_learnt: float = 600
    _asked: dict[str, tuple[int | None, float]] = field(default_factory=dict, init=False)
    _learnt: dict[str, tuple[int, float]] = field(default_factory=dict, init=False)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def largest(self, topic: str) -> int:
        """Return the bytes that a batch with one record may have there."""
        async with self._asking:  # of many who ask at once one goes to the broker
            answer, until = self._asked.get(topic, (None, 0.0))
            if self.clock() >= until:
                answer = await asyncio.to_thread(self._ask, topic)
                self._asked[topic] = (answer, self.clock() + self.seconds_known)
        learnt, until = self._learnt.get(topic, (0, 0.0))
        known = ASSUMED if answer is None else answer
        return min(known, learnt) if self.clock() < until else known

    async def refused(self, topic: str, size: int) -> None:
        """Take note that the broker did not take a record of so many bytes."""
        self._asked.pop(topic, None)  # the limit may have been changed since
        if await self.largest(topic) >= size:
            self._learnt[topic] = (size // 2, self.clock() + self.seconds_learnt)

    def _ask(self, topic: str) -> int | None:
        try:
            admin = MendedAdmin(
                bootstrap_servers=self.bootstrap, bootstrap_timeout_ms=_MS_TO_CONNECT, **self.client
            )
            try:
                wanted = ConfigResource(ConfigResourceType.TOPIC, topic, configs={LIMIT: None})
                found = admin.describe_configs([wanted], config_filter="all")
            finally:
                admin.close()
            return int(found["topic"][topic][LIMIT]["value"])
        except (kafka_errors.KafkaError, KeyError, TypeError, ValueError) as error:
            log.info("producer.limit_unknown", topic=topic, error_type=type(error).__name__)
            return None
