"""Look up what a decision needs and a plan cannot hold: who is on duty, or another plan."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from temporalio import activity

from activities.named_things import living_grid, part_number, repeat_spot, unknown_resource
from domain.case.commands import Lookup, OtherCase, SeenFile
from domain.case.reservations import OtherReservation
from domain.people.excerpts import excerpt
from domain.people.rosters import Roster, posts_of, units_above
from domain.people.unit_successors import current_successor
from domain.planning.follow_ons import plan_follow_on
from domain.planning.planner import (
    plan_after_triage,
    plan_under_new_policy,
    plan_under_standard,
    problem_of_triage,
)
from domain.planning.plans import CasePlan
from domain.planning.signers import has_signer
from domain.policy.campaigns import Campaign
from domain.policy.model import Policy
from domain.policy.powers import DEPARTMENT
from domain.policy.resources import ResourceLedger
from domain.policy.sources import SourceRule
from domain.vocabulary import REGULAR, Role
from schemas.case import Question
from schemas.intake import Spot


class LookupSource(Protocol):
    """The policies of every tenant served here, and the other cases of a tenant."""

    async def pinned(self, tenant: str, policy_hash: str) -> Policy:
        """Return the policy of that hash, current or not. Raises LookupError if it was never
        published.
        """
        ...

    def current(self, tenant: str) -> Policy:
        """Return the policy of today."""
        ...

    def roster(self, tenant: str) -> Roster:
        """Return today's roster; it is never pinned, because people change."""
        ...

    def units(self, tenant: str) -> tuple[str, ...]:
        """Return the ids of all units of today's policy."""
        ...

    def campaigns(self, tenant: str) -> tuple[Campaign, ...]:
        """Return the campaigns of today's policy, over or not: a case may be older than one."""
        ...

    def assistants(self, tenant: str) -> tuple[str, ...]:
        """Return the units that help but do not lead."""
        ...

    def sources(self, tenant: str) -> tuple[SourceRule, ...]:
        """Return which systems may act today, and for which units."""
        ...

    async def repeats(self, spot: Spot) -> int:
        """Return how many other cases of the spot came since then."""
        ...

    async def other(self, tenant: str, case_id: str) -> OtherCase | None:
        """Return another case of the tenant; None when there is none of exactly that id."""
        ...

    async def seen(self, tenant: str, files: tuple[str, ...], case_id: str) -> tuple[SeenFile, ...]:
        """Return where files were handed in first, by digest, and in this case."""
        ...

    async def erased(self, tenant: str, case_id: str) -> bool:
        """Return whether the personal data of the case are erased."""
        ...

    def resources(self, tenant: str) -> ResourceLedger:
        """Return the ledger of today: an empty one where the town has none."""
        ...

    async def reserved(
        self, tenant: str, resources: tuple[str, ...], start: datetime, until: datetime
    ) -> tuple[OtherReservation, ...]:
        """Return which cases of the tenant have these resources at some time of the span."""
        ...


@dataclass(frozen=True)
class LookupActivities:
    """`refresh` is awaited before each answer: then `source` has the people of this moment."""

    source: LookupSource
    refresh: Callable[[], Awaitable[None]] | None = None

    @activity.defn
    async def look_up(self, question: Question) -> Lookup:
        if self.refresh is not None:
            await self.refresh()
        tenant, source = question.tenant, self.source
        plan, problem = await self._plan(question)
        campaigns = source.campaigns(tenant) if question.campaigns_wanted else ()
        others = await self._others(question)
        ledger = source.resources(tenant) if question.resources else None
        return Lookup(
            roster=excerpt(source.roster(tenant), question.units, question.at)
            if question.units
            else None,
            plan=plan,
            units=source.units(tenant) if question.units_wanted else (),
            assistants=source.assistants(tenant) if question.units_wanted else (),
            succeeds=self._taken_over(question),
            officers=self._regular(question),
            other=await source.other(tenant, question.other) if question.other else None,
            campaigns=tuple(each.id for each in campaigns),
            problem=problem or unknown_resource(ledger, question.resources),
            cases=tuple(each.case_id for each in others),
            kinds=self._kinds(question),
            certified=self._certified(question),
            officers_units=self._units_of_officers(question),
            posts=posts_of(source.roster(tenant)) if question.posts_wanted else (),
            counting=tuple((each.id, of) for each in campaigns for of in each.categories),
            speakers=self._speakers(question),
            auxiliaries=self._auxiliaries(question),
            above=self._above(question),
            seen=await self._seen(question),
            holders=tuple((each.case_id, each.holder) for each in others if each.holder),
            unsigned=self._unsigned(question),
            resources=tuple(each for each in ledger.resources if each.id in question.resources)
            if ledger
            else (),
            reserved=await self._reserved(question, ledger),
            unreserved_files=ledger.unreserved_files if ledger else None,
            erased=await self._erased(question),
        )

    async def _plan(self, question: Question) -> tuple[CasePlan | None, str]:
        """Return the plan after triage or re-pinning, or of a new case; or why there is none."""
        old = question.plan
        if old is None:
            return None, ""
        if question.follow_on is not None:
            today = self.source.current(question.tenant)
            return plan_follow_on(today, old, question.follow_on, question.at), ""
        found = await self._pinned(question, question.policy or old.policy)
        if isinstance(found, str):
            return None, found
        policy = found
        if question.standard is not None:
            problem = problem_of_triage(policy, old.category or "", question.standard)
            tier = question.tier or old.tier
            new = None if problem else plan_under_standard(policy, old, tier, question.standard)
            return new, problem
        if question.triage is None:
            return plan_under_new_policy(policy, old, question.tier or old.tier), ""
        asked = question.triage
        grid, no_grid = living_grid(policy, asked.grid)
        number, no_number = part_number(policy, asked.part_number)
        spot = repeat_spot(policy, old, asked.category) if old.follows(3) else None
        plan = plan_after_triage(
            policy,
            old,
            asked.category,
            asked.urgency,
            asked.tier,
            standard=asked.standard,
            least=question.tier,
            grid=grid,
            part_number=number,
            repeats=await self.source.repeats(spot) if spot else 0,
        )
        return plan, problem_of_triage(
            policy, asked.category, asked.standard
        ) or no_grid or no_number

    async def _pinned(self, question: Question, policy: str) -> Policy | str:
        """Return the policy of that hash, or why a case may not be under it."""
        running = self.source.current(question.tenant).hash if question.in_force else policy
        if policy != running:
            return (
                f"the worker runs policy {running} for {question.tenant}, not {policy}; put the "
                "pack in SANBAN_PACKS of all services, restart them, and repin then"
            )
        try:
            return await self.source.pinned(question.tenant, policy)
        except LookupError:
            return f"nobody ever published policy {policy}; see `sanban policy check`"

    async def _reserved(
        self, question: Question, ledger: ResourceLedger | None
    ) -> tuple[OtherReservation, ...]:
        """Return who has those of the resources that the ledger knows; the others are refused."""
        known = tuple(each.id for each in ledger.resources) if ledger else ()
        named = tuple(id_ for id_ in question.resources if id_ in known)
        if question.reserved is None or not named:
            return ()
        return await self.source.reserved(question.tenant, named, *question.reserved)

    def _taken_over(self, question: Question) -> tuple[str, ...]:
        if question.heir is None:
            return ()
        successors = self.source.roster(question.tenant).successors
        return tuple(
            gone for gone, _ in successors if current_successor(successors, gone) == question.heir
        )

    async def _others(self, question: Question) -> tuple[OtherCase, ...]:
        tenant = question.tenant
        named = dict.fromkeys(question.cases)
        found = [await self.source.other(tenant, each) for each in named]
        return tuple(each for each in found if each is not None)

    def _regular(self, question: Question) -> tuple[str, ...]:
        if not question.officers:
            return ()
        people = self.source.roster(question.tenant).people
        return tuple(p.id for p in people if p.id in question.officers and REGULAR & {*p.roles})

    def _kinds(self, question: Question) -> tuple[tuple[str, str], ...]:
        """Return each unit with its kind; of a former unit that of its successor."""
        if not question.kinds_of:
            return ()
        roster = self.source.roster(question.tenant)
        known = dict(roster.kinds)
        now = ((unit, current_successor(roster.successors, unit)) for unit in question.kinds_of)
        return tuple((unit, known[living]) for unit, living in now if living in known)

    def _speakers(self, question: Question) -> tuple[tuple[str, str], ...]:
        """Return those of the pairs whose person is of the unit, or of the one that succeeds it."""
        if not question.speakers:
            return ()
        roster = self.source.roster(question.tenant)
        own = {person.id: person.unit for person in roster.people}
        return tuple(
            (unit, person)
            for unit, person in question.speakers
            if own.get(person) in {unit, current_successor(roster.successors, unit)}
        )

    def _auxiliaries(self, question: Question) -> tuple[str, ...]:
        """Return those of the speakers who are auxiliaries, and no more than that."""
        named = {person for _, person in question.speakers}
        people = self.source.roster(question.tenant).people if named else ()
        only = {Role.AUXILIARY}
        return tuple(each.id for each in people if each.id in named and {*each.roles} == only)

    def _above(self, question: Question) -> tuple[str, ...]:
        if question.below is None:
            return ()
        return units_above(self.source.roster(question.tenant).parents, question.below)

    async def _seen(self, question: Question) -> tuple[SeenFile, ...]:
        if not question.files or question.case is None:
            return ()
        return await self.source.seen(question.tenant, question.files, question.case)

    async def _erased(self, question: Question) -> bool:
        if not question.erased_wanted or question.case is None:
            return False
        return await self.source.erased(question.tenant, question.case)

    def _unsigned(self, question: Question) -> tuple[str, ...]:
        """Return the units in which no one could sign; for a former unit, in its successor."""
        if not question.signers_of:
            return ()
        roster, rules = self.source.roster(question.tenant), self.source.sources(question.tenant)
        named = ((each, current_successor(roster.successors, each)) for each in question.signers_of)
        return tuple(unit for unit, living in named if not has_signer(roster, rules, living))

    def _certified(self, question: Question) -> tuple[tuple[str, str], ...]:
        """Return the regular officers with a certificate, each with the kind of their unit."""
        if not question.officers:
            return ()
        roster = self.source.roster(question.tenant)
        known, regular = dict(roster.kinds), {*self._regular(question)}
        return tuple(
            (person.id, known.get(person.unit, DEPARTMENT))
            for person in roster.people
            if person.id in regular and person.certificate is not None
        )

    def _units_of_officers(self, question: Question) -> tuple[tuple[str, str], ...]:
        """Return the regular officers, each with their unit and with those that it took over."""
        if not question.officers:
            return ()
        roster, regular = self.source.roster(question.tenant), {*self._regular(question)}
        gone = tuple(unit for unit, _ in roster.successors)
        return tuple(
            (person.id, unit)
            for person in roster.people
            if person.id in regular
            for unit in (person.unit, *gone)
            if unit == person.unit or current_successor(roster.successors, unit) == person.unit
        )
