"""Handing events to the broker, for senders who wait for the answer."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

import structlog

from console.gateway.ports import BrokerPosition, CheckedEvent, EventMessage, Invalid
from gateways.kafka.producer import Delivery, Headers, RecordTooLarge
from schemas.intake import RejectReason, Unavailable

log = structlog.stdlib.get_logger()

SECONDS_TO_ANSWER = 12.0
"""After which the broker counts as away, and the sender is asked to try again."""
SECONDS_OF_REST = 1.0
"""Between two attempts at a broker that is away."""


class Sender(Protocol):
    """gateways.kafka.producer.Producer is one."""

    async def send(
        self, topic: str, *, key: bytes | None, value: bytes | None, headers: Headers = ()
    ) -> Delivery: ...


class KafkaBroker:
    """The broker of console.gateway.ports, which never keeps a sender waiting for long.

    The producer looks for its broker on one thread: while there is none, each sender would wait for
    all those before. So one at a time tries, and the others get Unavailable at once. `missing` says
    what was found missing at the broker, which the log says instead of how a call failed.
    """

    def __init__(
        self,
        producer: Sender,
        clock: Callable[[], float] = time.monotonic,
        missing: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._producer = producer
        self._missing = missing
        self._clock = clock
        self._away_until = 0.0

    async def send(self, to: CheckedEvent, message: EventMessage) -> BrokerPosition:
        if self._away_until:
            if self._clock() < self._away_until:
                raise Unavailable("kafka", "it did not answer a moment ago")
            self._away_until = self._clock() + SECONDS_TO_ANSWER  # this one tries
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                delivery = await self._producer.send(
                    to.topic, key=to.key, value=message.value, headers=message.headers
                )
        except RecordTooLarge as error:
            self._away_until = 0.0
            raise Invalid(RejectReason.TOO_LARGE, str(error)) from error
        except TimeoutError:
            self._away_until = self._clock() + SECONDS_OF_REST
            raise Unavailable("kafka", f"no answer in {SECONDS_TO_ANSWER:g} s") from None
        except Unavailable as error:
            self._away_until = self._clock() + SECONDS_OF_REST
            log.warning("gateway.broker_away", detail=self._missing() or str(error))
            raise
        self._away_until = 0.0
        return BrokerPosition(to.topic, delivery.partition, delivery.offset)
