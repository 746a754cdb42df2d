"""Tells cases what became of their notices, which they journal."""

from dataclasses import dataclass
from typing import Protocol

import structlog

from domain.case.commands import ENGINE
from runtime.metrics import NOTICES_UNKEPT
from schemas.commands import CaseMessage, NotOpen
from store.deliveries import Deliveries, NoticeReport

log = structlog.stdlib.get_logger()

AT_A_TIME = 100


class Cases(Protocol):
    async def tell(self, tenant: str, case_id: str, message: CaseMessage) -> None:
        """Raises NotOpen, or Unavailable: it may have heard it."""
        ...


@dataclass(frozen=True)
class Keeping:
    deliveries: Deliveries
    cases: Cases

    async def keep(self) -> None:
        """All that there is to say, in order. Raises Unavailable; the rest is said later.

        A case that is over hears nothing more: its journal ends before its notice did.
        """
        while reports := await self.deliveries.reports(AT_A_TIME):
            heard: list[NoticeReport] = []
            try:
                for report in reports:
                    await self._say(report)
                    heard.append(report)
            finally:
                if heard:
                    await self.deliveries.heard(heard)

    async def _say(self, report: NoticeReport) -> None:
        message = CaseMessage(id=report.command_id, actor=ENGINE, act=report.act)
        try:
            await self.cases.tell(report.tenant, report.case_id, message)
        except NotOpen:
            NOTICES_UNKEPT.inc()
            log.info("notify.case_is_over", case_id=report.case_id, row=report.act.row)
