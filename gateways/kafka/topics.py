"""Asks the broker if topics are there and we may use them, without creating any."""

import asyncio
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kafka import errors as kafka_errors

from gateways.kafka.mended_clients import MendedAdmin
from gateways.kafka.probe import why_not_connected
from gateways.kafka.refusals import refusal

_MS_TO_CONNECT = 3_000
_SECONDS_TO_PROBE = 1.0
SECONDS_WELL = 15.0
"""How long a good answer counts: /readyz may be asked every second."""
SECONDS_AWAY = 2.0
"""How long a bad one counts."""


@dataclass
class TopicCheck:
    """Says why a process cannot use its topics, for /readyz; asks the broker now and then.

    `topics`: the right that we need on each, READ or WRITE. Both include DESCRIBE, for which the
    broker is asked. `client` goes to kafka-python as it is: TLS and SASL.
    """

    bootstrap: str
    topics: Mapping[str, str]
    client: Mapping[str, Any] = field(default_factory=dict, repr=False)
    _answer: str | None = field(default=None, init=False)
    _until: float = field(default=0.0, init=False)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    @property
    def last(self) -> str | None:
        """What was missing when it was last asked."""
        return self._answer

    async def why_not_ready(self) -> str | None:
        """Return what is missing and what to do, or None."""
        async with self._asking:
            # kafka-python asks a broker that is away for seconds.
            if not await asyncio.to_thread(self._is_there):
                self._until, self._answer = 0.0, self._away
                return self._answer
            if time.monotonic() >= self._until:
                self._answer = await asyncio.to_thread(self._ask)
                counts = SECONDS_WELL if self._answer is None else SECONDS_AWAY
                self._until = time.monotonic() + counts
        return self._answer

    @property
    def _away(self) -> str:
        return f"no broker answers at {self.bootstrap}: start it, or correct SANBAN_KAFKA_BOOTSTRAP"

    def _is_there(self) -> bool:
        return is_there(self.bootstrap)

    def _ask(self) -> str | None:
        try:
            with MendedAdmin(
                bootstrap_servers=self.bootstrap,
                bootstrap_timeout_ms=_MS_TO_CONNECT,
                request_timeout_ms=_MS_TO_CONNECT,
                **self.client,
            ) as admin:
                found = admin.describe_topics(list(self.topics))
        except kafka_errors.KafkaError as error:
            why = refusal(error, self.client, wanted="DESCRIBE on its topics")
            why = why or why_not_connected(self.bootstrap, self.client)
            return f"kafka refuses: {why}" if why else self._away
        codes = {topic["name"]: kafka_errors.for_code(topic["error_code"]) for topic in found}
        wrong = [self._wrong(topic, codes.get(topic)) for topic in self.topics]
        return "; ".join(each for each in wrong if each) or None

    def _wrong(self, topic: str, code: type[kafka_errors.KafkaError] | None) -> str | None:
        if code is kafka_errors.NoError:
            return None
        if code is None or code is kafka_errors.UnknownTopicOrPartitionError:
            return (
                f"there is no topic {topic}: `sanban prepare --create` makes it, or correct the "
                "setting that names it"
            )
        if issubclass(code, kafka_errors.AuthorizationError):
            why = refusal(code(), self.client, wanted=f"{self.topics[topic]} on topic {topic}")
            return f"kafka refuses: {why}"
        return f"the broker says {code.__name__} of topic {topic}"


def is_there(bootstrap: str) -> bool:
    """Return whether any of the brokers takes a connection.

    Ask before a client of kafka-python: where none does, that leaves its sockets open.
    """
    return any(map(_listens, bootstrap.split(",")))


def _listens(address: str) -> bool:
    host, _, port = address.strip().rpartition(":")
    if not port.isdecimal():
        return False
    try:
        with socket.create_connection((host.strip("[]"), int(port)), _SECONDS_TO_PROBE):
            return True
    except OSError:
        return False
