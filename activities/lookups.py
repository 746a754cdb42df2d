"""Look up what a decision needs and a plan cannot hold: who is on duty, a plan made anew."""

from dataclasses import dataclass
from typing import Protocol

from temporalio import activity

from domain.commands import Lookup
from domain.planning import triaged
from domain.policies import Policy
from domain.rosters import Roster, excerpt
from schemas.case import Question


class Desk(Protocol):
    """Knows the policies of every tenant served here."""

    async def pinned(self, tenant: str, policy_hash: str) -> Policy:
        """The version of that hash, also when it is no longer current."""
        ...

    def roster(self, tenant: str) -> Roster:
        """Who is there today; never pinned, because people change."""
        ...

    def units(self, tenant: str) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class LookupActivities:
    desk: Desk

    @activity.defn
    async def look_up(self, question: Question) -> Lookup:
        roster = None
        if question.units:
            roster = excerpt(self.desk.roster(question.tenant), question.units, question.at)
        units = self.desk.units(question.tenant) if question.units_wanted else ()
        plan, problem = None, ""
        if question.triage is not None and question.plan is not None:
            policy = await self.desk.pinned(question.tenant, question.plan.policy)
            plan = triaged(policy, question.plan, question.triage)
            if plan is None:
                known = ", ".join(category.id for category in policy.categories)
                problem = f"no category {question.triage.category}; categories are: {known}"
        return Lookup(roster=roster, plan=plan, units=units, problem=problem)
