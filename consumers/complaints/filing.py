"""Files new complaints: gives each its plan, then starts its workflow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from consumers import metrics
from consumers.decoding.readings import ReadRecord
from consumers.ports import CaseStarter, Planner, Repeats, Sealer, Sealing
from domain.complaints import Complaint
from domain.matching.clustering import ClusterLeader
from domain.matching.dedupe import dedupe_query, deduplicated
from domain.matching.spots import spot_of
from domain.matching.suggestions import suggested
from domain.planning.plans import CasePlan
from domain.planning.standards import class_of, classes_like
from domain.planning.tier_rules import repeat_window, repeats_by_group
from domain.privacy.personal import sealed_complaint, with_spot
from schemas.events.complaint import ComplaintFiled
from schemas.intake import Outcome, Position, RecordDecision, RejectReason, Spot, Unstartable


@dataclass(frozen=True, slots=True)
class Filing:
    """A record that can become a case.

    `leader` is the case that it follows from the beginning; `others` are the numbers of cases of
    earlier chunks that are to follow the same leader.
    """

    read: ReadRecord
    plan: CasePlan
    leader: ClusterLeader | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filer:
    """Plans and starts cases."""

    plan: Planner
    repeats: Repeats
    starter: CaseStarter
    sealing: Sealing
    now: Callable[[], datetime]

    async def planned(self, read: Sequence[ReadRecord]) -> dict[Position, Filing]:
        """Return a filing for each new complaint, with a plan in which its words are sealed.

        The rules see the words as they came. Repeats are looked up only where a rule asks for
        them. Raises Unavailable.
        """
        filed = [item for item in read if isinstance(item.event.said, ComplaintFiled)]
        if not filed:
            return {}
        sealer = await self.sealing.of([(each.claim.tenant, each.claim.case_id) for each in filed])
        complaints = {item.claim.position: (item, _complaint(item, sealer)) for item in filed}
        spots = {
            position: spot
            for position, (item, complaint) in complaints.items()
            if (spot := self._spot(item, complaint)) is not None
        }
        found = await self.repeats.before([*spots.values()]) if spots else []
        before = dict(zip(spots, found, strict=True))
        plans = {
            position: suggested(
                item.policy,
                self.plan(item.policy, complaint, before.get(position, ())),
                complaint.text,
            )
            for position, (item, complaint) in complaints.items()
        }
        plans |= await self._deduplicated(complaints, plans)
        # Sealed last, because every rule above compares texts.
        return {
            position: Filing(item, _sealed(plans[position], sealer))
            for position, (item, _) in complaints.items()
        }

    async def _deduplicated(
        self,
        complaints: Mapping[Position, tuple[ReadRecord, Complaint]],
        plans: Mapping[Position, CasePlan],
    ) -> dict[Position, CasePlan]:
        """Let what a source sees again follow the case that is open for it."""
        asked = {
            position: (item.policy, question)
            for position, (item, complaint) in complaints.items()
            if (question := dedupe_query(item.policy, complaint, self.now())) is not None
        }
        questions = [*dict.fromkeys(question for _, question in asked.values())]
        found = await self.repeats.unsolved(questions) if questions else []
        earlier = dict(zip(questions, found, strict=True))
        sightings = [(policy, question, plans[at]) for at, (policy, question) in asked.items()]
        return dict(zip(asked, deduplicated(sightings, earlier), strict=True))

    def _spot(self, item: ReadRecord, complaint: Complaint) -> Spot | None:
        window, spot = repeat_window(item.policy), spot_of(complaint.place)
        category = class_of(item.policy, complaint)
        if window is None or category is None or spot is None:
            return None
        since = self.now() - window
        by_group = repeats_by_group(item.policy)
        alike = classes_like(item.policy, category, by_group=by_group)
        return Spot(complaint.tenant, category, spot, since, complaint.case_id, alike)

    async def start(self, filing: Filing) -> RecordDecision:
        """Start the case's workflow. Repeating it is safe. Raises Unavailable."""
        try:
            started = await self.starter.start(filing.plan)
        except Unstartable as error:
            return filing.read.ended(Outcome.REJECTED, RejectReason.UNSTARTABLE, str(error))
        metrics.STARTS.labels("new" if started else "existing").inc()
        return filing.read.ended(Outcome.ACCEPTED, case_id=filing.plan.case_id)


def _complaint(item: ReadRecord, sealer: Sealer) -> Complaint:
    said = item.event.said
    if not isinstance(said, ComplaintFiled):
        raise TypeError(f"{item.event.type} files no complaint")
    complaint = said.to_domain(item.event.source, item.event.event_id)
    return with_spot(complaint, partial(sealer.blind, complaint.tenant))


def _sealed(plan: CasePlan, sealer: Sealer) -> CasePlan:
    complaint = plan.complaint
    seal = partial(sealer.seal, complaint.tenant, complaint.case_id)
    return replace(plan, complaint=sealed_complaint(complaint, seal))
