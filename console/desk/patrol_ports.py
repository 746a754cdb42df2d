"""What the page of patrols asks of Sanban."""

from datetime import date
from typing import Protocol

from domain.patrols.coverage import Coverage
from domain.patrols.routes import Patrol
from domain.patrols.stops import KeptStop
from domain.policy.model import Policy
from schemas.events.findings import FoundMatter
from store.patrols.days import PatrolDay
from store.patrols.patrols import PatrolAct


class FindingUnsent(Exception):
    """The finding is not filed; the text says why, for an operator."""


class Patrols(Protocol):
    """Raises StoreUnavailable."""

    async def on(self, policy: Policy, day: date) -> PatrolDay:
        """Return the patrols of a day, with what is kept of them."""

    async def covered(self, policy: Policy, since: date, until: date) -> Coverage: ...

    async def cancel(self, patrol: Patrol, act: PatrolAct) -> bool:
        """Journal that a patrol is not to be; return False if that was said before."""

    async def keep_pass(self, stop: KeptStop, act: PatrolAct) -> bool:
        """Journal a pass; return False if the grid was passed or missed before."""

    async def file(
        self, policy: Policy, patrol: Patrol, found: FoundMatter, act: PatrolAct, *, another: bool
    ) -> None:
        """File a finding, once for each id of an act.

        Raises PatrolRefused, of which FoundBefore asks if it is `another` matter; FindingUnsent.
        """
