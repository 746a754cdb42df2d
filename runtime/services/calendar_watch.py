"""Says in good time that the calendar of a town ends: once a day, as a number, and as a note."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from consumers.pausing import stopped_within
from domain.policy.model import Policy
from domain.policy_checks.calendar_end import days_left, ending, law_days_left, law_ending
from gateways.law_days import LAST_YEAR
from runtime.metrics import CALENDAR_DAYS, LAW_DAYS

log = structlog.stdlib.get_logger()

LOOK_S = 600.0
"""Seconds between two looks at the date."""
_EACH_WEEK = timedelta(days=7)


@dataclass
class CalendarWatch:
    """Watches the calendars that new cases get. `policies`: tenant -> policy.

    `weeks` before the last day with published holidays the note changes, and a warning is written
    once a day, by the date in the town. A year before the days off by law end, of which the release
    knows those up to `last_year`, the note says so too, and a warning is written once a week.
    """

    policies: Mapping[str, Policy]
    weeks: int
    now: Callable[[], datetime]
    last_year: int = LAST_YEAR
    _said: dict[str, date] = field(default_factory=dict)
    _said_of_law: dict[str, date] = field(default_factory=dict)

    def note(self) -> str:
        """Return what /readyz says: the remark of each tenant that has one, or all the ends."""
        towns = self.policies.values()
        remarks = [text for each in towns for text in (self._remark(each), self._of_law(each))]
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
            self._look_at_the_law(tenant, policy, today)

    def _look_at_the_law(self, tenant: str, policy: Policy, today: date) -> None:
        left = law_days_left(policy.calendar, self.now(), self.last_year)
        if left is None:
            return
        LAW_DAYS.labels(tenant).set(left)
        remark, said = self._of_law(policy), self._said_of_law.get(tenant)
        if remark and (said is None or today - said >= _EACH_WEEK):
            self._said_of_law[tenant] = today
            log.warning(
                "calendar.law_ends",
                tenant=tenant,
                last_year=self.last_year,
                days_left=left,
                detail=remark,
            )

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until asked to stop."""
        while not stop.is_set():
            self.look()
            await stopped_within(stop, LOOK_S)

    def _of_law(self, policy: Policy) -> str:
        return law_ending(policy.calendar, self.now(), self.last_year)

    def _remark(self, policy: Policy) -> str:
        return ending(policy.calendar, self.now(), timedelta(weeks=self.weeks))
