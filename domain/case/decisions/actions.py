"""Joint actions, planned and reported; what a case brings for a campaign."""

from datetime import timedelta

from domain.case.acts.actions import Count, PlanAction, ReportAction
from domain.case.decisions.draft import Draft, Refused
from domain.case.decisions.joint import together
from domain.case.decisions.parts import find, moment, move, open_part
from domain.case.facts.campaigns import Counted
from domain.case.facts.parts import PartState
from domain.case.refusals import Refusal
from domain.policy.part_rules import PartKind

_AHEAD = timedelta(days=92)
_MANY = 10_000
"""More people or vehicles than any town has: a slip of the finger."""
_MOST = 1_000_000_000
"""So that sums over many cases stay exact in every program that reads them."""


def plan_action(draft: Draft, act: PlanAction) -> None:
    units = together(draft, act.units)
    moment(draft, act.at, _AHEAD)
    _between(act.people, 1, _MANY, "people")
    _between(act.vehicles, 0, _MANY, "vehicles")
    open_part(draft, PartKind.JOINT_ACTION, act, units=units)


def report_action(draft: Draft, act: ReportAction) -> None:
    part = find(draft, act.part, PartKind.JOINT_ACTION)
    _between(act.people, 0, _MANY, "people")
    _between(act.vehicles, 0, _MANY, "vehicles")
    for counter in act.counters:
        _between(counter.number, 0, _MOST, counter.name)
    move(draft, part, PartState.DONE, act)


def count(draft: Draft, act: Count) -> None:
    """Counted where it was done; a campaign that is over still takes what was done in time."""
    campaigns = draft.command.lookup.campaigns
    if act.campaign not in campaigns:
        choices = ", ".join(campaigns) or "none is known"
        detail = f"no campaign {act.campaign}; campaigns are: {choices}"
        raise Refused(Refusal.UNKNOWN_CAMPAIGN, detail)
    if act.amount == 0:
        raise Refused(Refusal.TOO_MUCH, "an amount of 0 counts nothing")
    before = dict(draft.case.counted).get(act.campaign, 0)
    _between(before + act.amount, 0, _MOST, f"counted for {act.campaign} by this case")
    draft.add(Counted(campaign=act.campaign, amount=act.amount, note=act.note))


def _between(number: int, least: int, most: int, what: str) -> None:
    if not least <= number <= most:
        raise Refused(Refusal.TOO_MUCH, f"between {least} and {most} {what}, not {number}")
