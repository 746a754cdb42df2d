"""Says in good time that the calendar of a town ends: once a day, as a number, and as a note."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from consumers.pausing import stopped_within
from domain.policy.model import Policy
from domain.policy_checks.calendar_end import days_left, ending
from runtime.metrics import CALENDAR_DAYS

log = structlog.stdlib.get_logger()

LOOK_S = 600.0
"""Seconds between two looks at the date."""


@dataclass
class CalendarWatch:
    """Watches the calendars that new cases get. `policies`: tenant -> policy.

    `weeks` before the last day with published holidays the note changes, and a warning is written
    once a day, by the date in the town.
    """

    policies: Mapping[str, Policy]
    weeks: int
    now: Callable[[], datetime]
    _said: dict[str, date] = field(default_factory=dict)

    def note(self) -> str:
        """Return what /readyz says: the remark of each tenant that has one, or all the ends."""
        remarks = [self._remark(policy) for policy in self.policies.values()]
        return "; ".join(remark for remark in remarks if remark) or "holidays are published: " + (
            ", ".join(
                f"{tenant} until {policy.calendar.published_until}"
                for tenant, policy in self.policies.items()
            )
        )

    def look(self) -> None:
        """Measure what is left, and write the warnings of today that are not written yet."""
        for tenant, policy in self.policies.items():
            calendar, now = policy.calendar, self.now()
            CALENDAR_DAYS.labels(tenant).set(days_left(calendar, now))
            today = now.astimezone(ZoneInfo(calendar.zone)).date()
            remark = self._remark(policy)
            if remark and self._said.get(tenant) != today:
                self._said[tenant] = today
                log.warning(
                    "calendar.ends",
                    tenant=tenant,
                    published_until=calendar.published_until.isoformat(),
                    days_left=days_left(calendar, now),
                    detail=remark,
                )

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until asked to stop."""
        while not stop.is_set():
            self.look()
            await stopped_within(stop, LOOK_S)

    def _remark(self, policy: Policy) -> str:
        return ending(policy.calendar, self.now(), timedelta(weeks=self.weeks))
