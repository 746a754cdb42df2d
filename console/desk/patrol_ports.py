"""What the page of patrols asks of Sanban."""

from datetime import date
from typing import Protocol

from domain.patrols.coverage import Coverage
from domain.patrols.stops import KeptStop
from domain.policy.model import Policy
from store.patrols.days import PatrolDay
from store.patrols.patrols import PatrolAct


class Patrols(Protocol):
    """Raises StoreUnavailable."""

    async def on(self, policy: Policy, day: date) -> PatrolDay:
        """Return the patrols of a day, with what is kept of them."""

    async def covered(self, policy: Policy, since: date, until: date) -> Coverage: ...

    async def keep_pass(self, stop: KeptStop, act: PatrolAct) -> bool:
        """Journal a pass; return False if the grid was passed or missed before."""
