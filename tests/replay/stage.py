"""The place where a story is played, and the people who act in it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from domain.case.commands import Actor, HumanAct
from domain.complaints import Complaint, Place
from domain.planning.planner import plan
from domain.policy.model import Policy
from domain.vocabulary import Channel, Role
from schemas.commands import CommandMessage
from tests.builders import USUAL
from tests.town import OPENED
from tests.workflow.cases import OpenCase, Town
from workflows.actor import CaseActor


@dataclass(frozen=True)
class Stage:
    """A town under the shipped policy, with clocks that run faster."""

    town: Town
    policy: Policy

    async def open(
        self,
        category: str | None,
        *,
        grid: str | None = None,
        window: timedelta = timedelta(0),
        **changes: Any,
    ) -> OpenCase:
        """Open a case. `window`: so long after its end it may be reopened."""
        about = Complaint(
            tenant=self.policy.tenant,
            source="https://12345.example/hotline",
            event_id="of its own",
            complaint_id="2026-000731",
            channel=Channel.HOTLINE,
            reported_at=OPENED,
            text="路口垃圾桶满溢，已有两天无人清运",
            category=category,
            place=Place(grid=grid),
            **changes,
        )
        # Archived soon after they are closed, or a story would never end.
        pinned = replace(plan(self.policy, about), reopen_window=window)
        # A story appoints its meetings a second ahead, and does not wait for those who are asked.
        at_once = tuple(replace(rule, ahead=None) for rule in pinned.parts)
        return await self.town.open(replace(pinned, parts=at_once))

    async def do(
        self,
        case: OpenCase,
        *acts: HumanAct,
        id_: str | None = None,
        role: Role | None = None,
        unit: str | None = None,
    ) -> None:
        """Give each command by a person who may: of the holder's people, or of the town."""
        for act in acts:
            by = await self._somebody(case, role or USUAL[act.kind][1], unit)
            message = case.say(act, by=by, id_=id_)
            while not await self._answered(case, message):
                continue

    async def in_vain(self, case: OpenCase, *acts: HumanAct, id_: str | None = None) -> None:
        for act in acts:
            try:
                await self.do(case, act, id_=id_)
            except WorkflowUpdateFailedError:
                continue
            raise AssertionError(f"{act.kind} was not refused")

    @staticmethod
    async def _answered(case: OpenCase, message: CommandMessage) -> bool:
        """Return False when it must be given again: a timer fired in the task that begins the next
        run.
        """
        try:
            await case.handle.execute_update(CaseActor.act, message, id=message.id)
        except RPCError as error:
            if error.status is RPCStatusCode.FAILED_PRECONDITION:
                return False
            raise
        return True

    async def _somebody(self, case: OpenCase, role: Role, unit: str | None) -> Actor:
        if unit is None and role in (Role.HANDLER, Role.UNIT_HEAD):
            unit = (await case.state()).holder
        elif unit is None:
            office = role in (Role.SUPERVISOR, Role.LEADER)
            unit = self.policy.office if office else self.policy.platform
        people = (p for p in self.policy.roster.people if p.unit == unit and role in p.roles)
        person = next(people, None)
        return Actor(person.id if person else f"{role}-of-{unit}", role, unit)
