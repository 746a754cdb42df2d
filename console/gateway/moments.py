"""When each report was first made, so that the same report sent again says the same."""

from collections import OrderedDict
from datetime import datetime

REMEMBERED = 10_000


class Moments:
    """Remembers the latest of this process; what became a case is remembered by its journal."""

    def __init__(self) -> None:
        self._first: OrderedDict[str, datetime] = OrderedDict()

    def known(self, case_id: str) -> datetime | None:
        return self._first.get(case_id)

    def keep(self, case_id: str, at: datetime) -> datetime:
        """The first that was kept: of two at once, both go by the same."""
        first = self._first.setdefault(case_id, at)
        while len(self._first) > REMEMBERED:
            self._first.popitem(last=False)
        return first
