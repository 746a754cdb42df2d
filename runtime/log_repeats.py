"""Lines that say the same again: written once, and then once a minute with their number."""

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from typing_extensions import override

EVERY_S = 60.0
KEPT = 500
"""Different lines that are remembered; beyond it the oldest one is forgotten and written again."""

_BROKER_AWAY = re.compile(
    r"KafkaConnectionError|NodeNotReady|NoBrokersAvailable|KafkaTimeoutError|ECONNREFUSED"
    r"|socket disconnected|No node available|coordinator dead|Connection lost|: Abort \("
    r"|[Rr]equest timed out|RequestTimedOutError|Bootstrap (connection|attempt) to|Bootstrap failed"
    r"|Bootstrap \S+ not ready|Metadata refresh: failed"
)
_REFUSED = re.compile(r"ssl|sasl|certificate|authenti|authori", re.IGNORECASE)

_CHANGING = frozenset({"timestamp", "seconds"})
_NUMBER = re.compile(r"0x[0-9a-f]+|\d+(\.\d+)?")


class BrokerAway(logging.Filter):
    """Makes warnings of the lines in which kafka-python says that a broker is away, or is silent.

    It says so as errors, a dozen different ones in a second, while it tries again by itself; what
    waits for the broker is in our own lines and in /readyz. What the broker refuses stays an error.
    Put it on a handler, before RepeatFilter, for which these lines are one and the same.
    """

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno <= logging.WARNING or not _is_of_broker_away(record):
            return True
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        return logging.root.level <= logging.WARNING


@dataclass
class RepeatFilter(logging.Filter):
    """Lets a warning or an error through once a minute; `repeated` is how many were left out.

    Of our own lines those with the same event and fields are the same, apart from fields that
    change with time. A library counts its attempts in the text, so there numbers are not compared.
    Put it on a handler. Safe to use from any thread, because a handler holds a lock meanwhile.
    """

    clock: Callable[[], float] = time.monotonic
    _seen: dict[object, list[float]] = field(default_factory=dict, init=False)

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        now, key = self.clock(), _key(record)
        written, left_out = self._seen.pop(key, (-EVERY_S, 0))
        if now - written < EVERY_S:
            self._seen[key] = [written, left_out + 1]
            return False
        self._seen[key] = [now, 0]
        if len(self._seen) > KEPT:
            del self._seen[next(iter(self._seen))]
        if left_out:
            _say(record, int(left_out))
        return True


def _key(record: logging.LogRecord) -> object:
    if isinstance(record.msg, dict):
        fields = {name: value for name, value in record.msg.items() if name not in _CHANGING}
        return record.name, repr(sorted(fields.items(), key=lambda item: item[0]))
    if _is_of_broker_away(record):
        return "kafka: no broker"
    if record.name.startswith("kafka.") and "blocking the event loop" in str(record.msg):
        return "kafka: slow"  # the text has the task's address and its arguments
    return record.name, record.levelno, _NUMBER.sub("#", record.getMessage())


def _is_of_broker_away(record: logging.LogRecord) -> bool:
    if not record.name.startswith("kafka.") or isinstance(record.msg, dict):
        return False
    text = record.getMessage()
    return bool(_BROKER_AWAY.search(text)) and not _REFUSED.search(text)


def _say(record: logging.LogRecord, left_out: int) -> None:
    if isinstance(record.msg, dict):
        record.msg = {**record.msg, "repeated": left_out}
    else:
        record.repeated = left_out
