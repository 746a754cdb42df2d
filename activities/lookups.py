"""Look up what a decision needs and a plan cannot hold: who is on duty, a plan made anew."""

from dataclasses import dataclass
from typing import Protocol

from temporalio import activity

from domain.case.commands import Lookup, OtherCase
from domain.people.rosters import Roster, excerpt
from domain.people.succession import now
from domain.planning.planner import repinned, triaged
from domain.planning.plans import CasePlan
from domain.policy.model import Policy
from domain.vocabulary import REGULAR
from schemas.case import Question


class Desk(Protocol):
    """Knows the policies of every tenant served here."""

    async def pinned(self, tenant: str, policy_hash: str) -> Policy:
        """The version of that hash, also when it is no longer current.

        Raises LookupError when nobody ever published it.
        """
        ...

    def roster(self, tenant: str) -> Roster:
        """Who is there today; never pinned, because people change."""
        ...

    def units(self, tenant: str) -> tuple[str, ...]: ...

    def campaigns(self, tenant: str) -> tuple[str, ...]:
        """Those of the policy of today, over or not: a case may be older than a campaign."""
        ...

    def assistants(self, tenant: str) -> tuple[str, ...]:
        """The units that help but do not lead."""
        ...

    async def other(self, tenant: str, case_id: str) -> OtherCase | None:
        """Another case of the tenant; None when there is none of exactly that id."""
        ...


@dataclass(frozen=True)
class LookupActivities:
    desk: Desk

    @activity.defn
    async def look_up(self, question: Question) -> Lookup:
        tenant, desk = question.tenant, self.desk
        plan, problem = await self._plan(question)
        return Lookup(
            roster=excerpt(desk.roster(tenant), question.units, question.at)
            if question.units
            else None,
            plan=plan,
            units=desk.units(tenant) if question.units_wanted else (),
            assistants=desk.assistants(tenant) if question.units_wanted else (),
            succeeds=self._taken_over(question),
            officers=self._regular(question),
            other=await desk.other(tenant, question.other) if question.other else None,
            campaigns=desk.campaigns(tenant) if question.campaigns_wanted else (),
            problem=problem,
        )

    async def _plan(self, question: Question) -> tuple[CasePlan | None, str]:
        """The plan made anew, or why it cannot be."""
        old = question.plan
        if old is None:
            return None, ""
        try:
            policy = await self.desk.pinned(question.tenant, question.policy or old.policy)
        except LookupError:
            return (
                None,
                f"nobody ever published policy {question.policy}; see `sanban policy check`",
            )
        if question.triage is None:
            return repinned(policy, old, question.tier or old.tier), ""
        asked = question.triage
        plan = triaged(policy, old, asked.category, asked.urgency, asked.tier)
        known = ", ".join(category.id for category in policy.categories)
        wanted = asked.category
        return plan, "" if plan else f"no category {wanted}; categories are: {known}"

    def _taken_over(self, question: Question) -> tuple[str, ...]:
        if question.heir is None:
            return ()
        successors = self.desk.roster(question.tenant).successors
        return tuple(gone for gone, _ in successors if now(successors, gone) == question.heir)

    def _regular(self, question: Question) -> tuple[str, ...]:
        if not question.officers:
            return ()
        people = self.desk.roster(question.tenant).people
        return tuple(p.id for p in people if p.id in question.officers and REGULAR & {*p.roles})
