"""Reports to cases what became of their notices, which they journal."""

from dataclasses import dataclass
from typing import Protocol

import structlog

from domain.case.commands import ENGINE
from runtime.metrics import NOTICES_UNKEPT
from schemas.commands import CaseMessage, NotOpen
from store.journal.leases import Lease
from store.notifications.deliveries import Deliveries
from store.notifications.reports import NoticeReport

log = structlog.stdlib.get_logger()

AT_A_TIME = 100


class CaseMessenger(Protocol):
    """runtime.wiring.temporal_cases.TemporalCases is one."""

    async def tell(self, tenant: str, case_id: str, message: CaseMessage) -> None:
        """Send a message to a case. Raises NotOpen; or Unavailable, when it may have arrived."""
        ...


@dataclass(frozen=True)
class OutcomeReporter:
    """Reports outcomes in the order in which they came about."""

    deliveries: Deliveries
    cases: CaseMessenger

    async def report(self, lease: Lease) -> None:
        """Report all outcomes that no case has heard. Raises Unavailable: the rest waits.

        A case that is over hears nothing more: its journal ends before its notice did.
        """
        while reports := await self.deliveries.reports(AT_A_TIME):
            heard: list[NoticeReport] = []
            try:
                for report in reports:
                    await self._send(report)
                    heard.append(report)
            finally:
                if heard:
                    await self.deliveries.heard(lease, heard)

    async def _send(self, report: NoticeReport) -> None:
        message = CaseMessage(id=report.command_id, actor=ENGINE, act=report.act)
        try:
            await self.cases.tell(report.tenant, report.case_id, message)
        except NotOpen:
            NOTICES_UNKEPT.inc()
            log.info("notify.case_is_over", case_id=report.case_id, row=report.act.row)
