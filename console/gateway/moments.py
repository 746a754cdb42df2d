"""The first time of each report, so that a repeated report becomes the same event."""

from collections import OrderedDict
from datetime import datetime

REMEMBERED = 10_000


class Moments:
    """The latest reports of this process. Older ones are found in the journal of their case."""

    def __init__(self) -> None:
        self._first: OrderedDict[str, datetime] = OrderedDict()

    def known(self, case_id: str) -> datetime | None:
        return self._first.get(case_id)

    def keep(self, case_id: str, at: datetime) -> datetime:
        """Store `at` unless a time is stored, and return the stored time: the first one wins."""
        first = self._first.setdefault(case_id, at)
        while len(self._first) > REMEMBERED:
            self._first.popitem(last=False)
        return first
