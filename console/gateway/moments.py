"""The first sending of each report, so that a repeated report becomes the same event."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class FirstReport:
    """The event that a report became when it came first, and the time that it says."""

    event_id: str
    at: datetime


class Moments:
    """The latest reports of this process, by key. Older ones, and others', are in the database."""

    def __init__(self) -> None:
        self._first: OrderedDict[str, FirstReport] = OrderedDict()

    def known(self, key: str, since: datetime | None = None) -> FirstReport | None:
        """Return what is stored under the key, unless it is from before `since`."""
        found = self._first.get(key)
        return None if found is None or (since is not None and found.at < since) else found

    def keep(self, key: str, report: FirstReport, since: datetime | None = None) -> FirstReport:
        """Store the report unless one is known, and return the known one: the first one wins."""
        if (first := self.known(key, since)) is not None:
            return first
        self._first[key] = report
        self._first.move_to_end(key)
        while len(self._first) > REMEMBERED:
            self._first.popitem(last=False)
        return report
