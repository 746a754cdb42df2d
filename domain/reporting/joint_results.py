"""The results of joint actions and campaigns, computed from journals (联合行动, 专项)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.case.campaigns.facts import Counted
from domain.case.events import Event
from domain.case.joint_work.acts import PlanAction, ReportAction
from domain.case.parts.facts import PartMoved, PartOpened
from domain.policy.campaigns import Campaign
from domain.reporting.indicators import percent, plan_of
from domain.reporting.periods import Period


@dataclass(frozen=True, slots=True)
class Actions:
    """Sums over the joint actions that were reported.

    `people` counts a person once for each action. `brought` has the sum of each counter by name.
    """

    actions: int = 0
    people_planned: int = 0
    people: int = 0
    vehicles_planned: int = 0
    vehicles: int = 0
    brought: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Actions") -> "Actions":
        return Actions(
            self.actions + other.actions,
            self.people_planned + other.people_planned,
            self.people + other.people,
            self.vehicles_planned + other.vehicles_planned,
            self.vehicles + other.vehicles,
            _sums(self.brought, other.brought),
        )


def _sums(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in (*one, *other)}


def actions_of(events: Sequence[Event], period: Period) -> Actions:
    """Return the sums over the actions of one case that were reported in the period."""
    zone = plan_of(events).calendar.zone
    plans = dict[str, PlanAction]()
    total = Actions()
    for event in events:
        match event.fact:
            case PartOpened(part=part, terms=PlanAction() as plan):
                plans[part] = plan
            case PartMoved(part=part, by=ReportAction() as report) if period.has(event.at, zone):
                total += _action(plans[part], report)
            case _:
                pass
    return total


def _action(plan: PlanAction, report: ReportAction) -> Actions:
    brought = Counter[str]()
    for counter in report.counters:
        brought[counter.name] += counter.number
    return Actions(1, plan.people, report.people, plan.vehicles, report.vehicles, dict(brought))


def counted_of(events: Sequence[Event], period: Period) -> Mapping[str, int]:
    """Return what one case counted for each campaign until the end of the period.

    Corrections are counted facts as well, with a negative amount.
    """
    end = period.ends(plan_of(events).calendar.zone)
    sums = dict[str, int]()
    for event in events:
        if isinstance(event.fact, Counted) and event.at < end:
            sums[event.fact.campaign] = sums.get(event.fact.campaign, 0) + event.fact.amount
    return sums


@dataclass(frozen=True, slots=True)
class CampaignProgress:
    """How far a campaign is. `cases` are the cases that counted for it."""

    amount: int = 0
    cases: int = 0

    def percent(self, campaign: Campaign) -> float | None:
        """Return the amount in percent of the target; it may be more than 100."""
        return percent(self.amount, campaign.target)
