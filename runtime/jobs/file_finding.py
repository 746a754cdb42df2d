"""File what a patrol found, by the door that every complaint takes, and wait for the receipt."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from domain.complaints import case_id_of
from domain.patrols.findings import ASKED_FOR, FoundBefore, may_be_same
from domain.patrols.patrollers import PatrolFault, PatrolRefused
from domain.patrols.routes import Patrol
from domain.policy.model import Policy
from domain.sla.explanations import local
from gateways.kafka.producer import Producer, ProducerOptions, RecordTooLarge
from gateways.kafka.receipt_reader import NoTopic, ReceiptOptions, ReceiptReader
from gateways.kafka.refusals import KafkaRefuses
from runtime.jobs.publish import Line, complaint_key, receipts_of, send
from runtime.problems import Problem
from runtime.settings import Settings
from schemas.events.findings import FoundMatter, finding_event
from schemas.events.receipts import Receipt
from schemas.intake import Outcome, Unavailable
from schemas.mistakes import problem_of
from store.patrols.patrols import PatrolAct, PatrolFinding, PostgresPatrols

_FILED = frozenset({Outcome.ACCEPTED, Outcome.DUPLICATE})
_LOST = frozenset({Outcome.REJECTED, Outcome.CONFLICT})


@dataclass(frozen=True, slots=True)
class FiledFinding:
    """`is_new`: it was not filed before. `is_filed`: intake has said so, or a row did before."""

    case_id: str
    is_new: bool = True
    is_filed: bool = True


@dataclass(frozen=True, slots=True)
class FindingFiler:
    """Files findings of a town's patrols.

    `patience`: so many seconds to wait for intake; None: no wait, and no topic is read.
    """

    settings: Settings
    kept: PostgresPatrols
    policy: Policy
    patience: float | None

    async def file(
        self, patrol: Patrol, matter: FoundMatter, act: PatrolAct, *, chosen: bool, another: bool
    ) -> FiledFinding:
        """File a matter once, and keep it. Raises PatrolRefused, Problem, StoreUnavailable.

        `chosen`: a person or a form has chosen the id, else it follows from what was found.
        `another`: a person says that it is no matter that is open already.
        """
        before = await self.kept.found_as(act.tenant, act.id)
        if before is not None:
            if (before.patrol, before.grid) != (patrol.id, matter.grid):
                detail = f"{act.id!r} is the id of a finding in {before.grid} of {before.patrol}"
                raise PatrolRefused(PatrolFault.ID_USED, detail)
            return FiledFinding(before.case_id, is_new=False)
        if not another:
            await self._must_be_new(matter)
        receipt = await self._sent(matter)
        # The id follows from what was found, so this event differs from that one in its moment: it
        # was sent, and the process ended before it could keep that.
        same = not chosen and receipt is not None and receipt.outcome is Outcome.CONFLICT
        if receipt is not None and receipt.outcome in _LOST and not same:
            raise Problem(f"intake says {receipt.outcome}: {receipt.detail}", do="correct it")
        # The number follows from the event, so it is known before intake has read it.
        case = case_id_of(act.tenant, self.source, act.id)
        found = PatrolFinding(act.id, patrol.id, matter.grid, patrol.day, case, act.person, act.at)
        is_new = await self.kept.keep_finding(found, act)
        filed = same or (receipt is not None and receipt.outcome in _FILED)
        return FiledFinding(case, is_new=is_new and not same, is_filed=filed)

    @property
    def source(self) -> str:
        """Return as which source the town files its findings. Raises Problem."""
        source = self.policy.patrols.source if self.policy.patrols else None
        if source is None:
            raise Problem(
                f"patrols.yaml of {self.policy.tenant} names no source for findings",
                do="add `source:`, one of sources.yaml that reports by channel patrol",
            )
        return source

    async def _must_be_new(self, matter: FoundMatter) -> None:
        since = matter.at - ASKED_FOR
        earlier = await self.kept.open_findings(matter.tenant, matter.grid, matter.category, since)
        rule = self.policy.similar
        same = may_be_same(earlier, matter.point, rule.metres if rule else None)
        if same is not None:
            when = local(same.at, ZoneInfo(self.policy.calendar.zone))
            raise FoundBefore(matter.grid, matter.category, same, when)

    async def _sent(self, matter: FoundMatter) -> Receipt | None:
        try:
            event = finding_event(matter, self.source)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise Problem(f"{where}: {problem_of(first)}", do="correct it") from error
        try:
            return await file_finding(self.settings, event, self.patience)
        except (KafkaRefuses, NoTopic, RecordTooLarge) as error:
            raise Problem(str(error)) from error
        except Unavailable as error:
            raise Problem(str(error), do="check that a broker runs, and file it again") from error


async def file_finding(
    settings: Settings, event: Mapping[str, object], patience: float | None
) -> Receipt | None:
    """Send the event; return what intake says of it, or None if it says nothing in time.

    A receipt that the event waits for something is not the last one. Raises Unavailable, NoTopic,
    KafkaRefuses or RecordTooLarge.
    """
    line = Line(1, complaint_key(event), json.dumps(event, ensure_ascii=False).encode())
    bootstrap, client = settings.need("kafka_bootstrap"), settings.kafka_security
    options = ProducerOptions(bootstrap, client=client, seconds_to_deliver=15)
    if patience is None:
        async with Producer(options) as producer:
            await send(producer, settings.complaints_topic, [line])
        return None
    wanted = ReceiptOptions(bootstrap, settings.receipts_topic, client)
    topic = settings.complaints_topic
    last = None
    async with ReceiptReader(wanted) as reader, Producer(options) as producer:
        [delivery] = await send(producer, topic, [line])
        sent = {(delivery.partition, delivery.offset): line}
        async for _, receipt in receipts_of(reader, topic, sent, patience):
            last = receipt
            if receipt.outcome is not Outcome.PARKED:
                break
    return last
