"""`sanban notify` as a service: a notifier with the file of contacts and the way to cases."""

from asyncio import CancelledError, Event, create_task
from collections.abc import Mapping
from contextlib import suppress

import structlog
from typing_extensions import override

from console.health import Check, Note
from domain.case.notices.acts import Failure
from gateways.notices import Senders
from runtime.clock import utc_now
from runtime.metrics import NOTICE_ATTEMPTS, NOTICES_ENDED
from runtime.problems import Problem
from runtime.services.base import LabelSets, Service
from runtime.services.notifier.contact_book import ContactBook
from runtime.services.notifier.notifier import AT_ONCE, Notifier
from runtime.services.notifier.outcome_reporter import OutcomeReporter
from runtime.services.notifier.person_notifier import PersonNotifier
from runtime.services.resources import Resources
from runtime.settings import Settings
from runtime.wiring.temporal_cases import TemporalCases
from store.notifications.deliveries import Deliveries

log = structlog.stdlib.get_logger()


class NotifierService(Service):
    """Tells people what the clocks tell them: of several processes one sends."""

    name = "notify"
    metrics = ("notice", "contacts_", "notifier_", "leader_", "leases_")
    uses_temporal = True

    def __init__(self, on: Resources) -> None:
        super().__init__(on)
        self._senders = Senders(at_once=AT_ONCE)
        self._contacts = ContactBook(on.settings.contacts, self._senders.knows)
        self._contacts.begin()
        self._policies = on.policies.current_policies
        self._notifier: Notifier | None = None

    @override
    @classmethod
    def require(cls, settings: Settings) -> None:
        if not settings.contacts:
            raise Problem(
                "SANBAN_CONTACTS is not set",
                do="name the file of contacts; docs/RUNBOOK.md, «Notifying people», shows one",
            )

    @override
    def checks(self) -> Mapping[str, Check]:
        return {**self.on.checks(), "notify": self._why_not_ready}

    @override
    def label_sets(self) -> LabelSets:
        failed = (Failure.NOT_TAKEN, Failure.NO_ANSWER, Failure.BAD_ADDRESS)
        unsent = (Failure.NO_ADDRESS, Failure.CASE_ENDED, "not_wanted")
        return {
            NOTICE_ATTEMPTS: ((each,) for each in ("delivered", *failed)),
            NOTICES_ENDED: ((each,) for each in ("delivered", "given_up", *unsent)),
        }

    @override
    def notes(self) -> Mapping[str, Note]:
        return {"notify": self._status, "contacts": self._contacts_said}

    @override
    async def run(self, stop: Event) -> None:
        """Send until asked to stop; messages on their way by then may arrive. Raises Problem."""
        if people := self._contacts.unreachable(self._policies):
            log.warning("notify.unreachable", people=people)
        deliveries, queue = Deliveries(self.on.database), self.on.settings.task_queue
        # People hear of things while Temporal is away, hence a client that does not wait for it.
        cases = TemporalCases(await self.on.client(), queue, utc_now)
        self._notifier = Notifier(
            deliveries,
            PersonNotifier(deliveries, self._policies, self._contacts, self._senders, utc_now),
            OutcomeReporter(deliveries, cases),
            needs=self.on.checks()["temporal"],
        )
        watching = create_task(self._contacts.watch(stop))
        try:
            await self._notifier.run(stop)
        finally:
            watching.cancel()
            with suppress(CancelledError):
                await watching
            self._senders.close()

    async def _why_not_ready(self) -> str | None:
        return await self._notifier.why_not_ready() if self._notifier else "has not begun yet"

    def _status(self) -> str:
        return "" if self._notifier is None else self._notifier.status()

    def _contacts_said(self) -> str:
        if flaw := self._contacts.look():
            return f"the file is wrong, and the addresses of before count: {flaw}"
        if number := self._contacts.unreachable(self._policies):
            return f"{number} people of the rosters have no address"
        return "everyone of the rosters has an address"
