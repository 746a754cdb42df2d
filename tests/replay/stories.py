"""Lives of cases in the shipped town, each worth replaying for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from domain.agenda import next_item
from domain.commands import (
    Actor,
    Close,
    Comment,
    Dispatch,
    HumanAct,
    Progress,
    RaiseTier,
    Resolve,
    Return,
    Sign,
    Suspend,
    Triage,
    Verify,
    Withdraw,
)
from domain.commands import Callback as Said
from domain.complaints import Arrival, Complaint, Place
from domain.planning import plan
from domain.policies import Policy
from domain.words import Channel, Role, Tier
from schemas.commands import CommandMessage
from tests.builders import PHOTO, USUAL
from tests.town import OPENED
from tests.workflow.cases import OpenCase, Town
from workflows.actor import CaseActor

SIGN, SEEN, SATISFIED = Sign(), Verify(passed=True), Close(callback=Said.SATISFIED)
DONE = Resolve(result="已处理完毕", evidence=(PHOTO, PHOTO))
UPDATE_ACCEPTED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED


@dataclass(frozen=True)
class Stage:
    """Where a story is played: a town under the shipped policy, its clocks speeded up."""

    town: Town
    policy: Policy

    async def open(
        self, category: str | None, *, grid: str | None = None, **changes: Any
    ) -> OpenCase:
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
        return await self.town.open(plan(self.policy, about))

    async def do(self, case: OpenCase, *acts: HumanAct, id_: str | None = None) -> None:
        """Each by somebody who may: the holder's people, or those of the town."""
        for act in acts:
            message = case.say(act, by=await self._somebody(case, act), id_=id_)
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
        """A timer in the very task that begins the next run makes the server ask again."""
        try:
            await case.handle.execute_update(CaseActor.act, message, id=message.id)
        except RPCError as error:
            if error.status is RPCStatusCode.FAILED_PRECONDITION:
                return False
            raise
        return True

    async def _somebody(self, case: OpenCase, act: HumanAct) -> Actor:
        role = USUAL[act.kind][1]
        if role in (Role.HANDLER, Role.UNIT_HEAD):
            unit = (await case.state()).holder
        else:
            unit = self.policy.office if role is Role.SUPERVISOR else self.policy.platform
        people = (p for p in self.policy.roster.people if p.unit == unit and role in p.roles)
        person = next(people, None)
        return Actor(person.id if person else f"{role}-of-{unit}", role, unit)


async def whole_life(on: Stage) -> None:
    case = await on.open("garbage", grid="G01")
    await on.do(case, SIGN, DONE, SEEN, SATISFIED)


async def returned_suspended_reworked(on: Stage) -> None:
    case = await on.open("restaurant-fumes")
    await on.do(case, Return(reason="属大气排放监管", suggested_unit="environment"))
    await on.do(case, Dispatch(unit="environment", reason="职责清单复核"), SIGN)
    soon = await on.town.now() + timedelta(seconds=1)
    await on.do(case, Suspend(reason="等待设备", until=soon))
    await case.has_rows(len(case.rows) + 1)
    await on.do(case, Progress(note="已安装净化装置"), DONE, Verify(passed=False, note="仍有油烟"))
    await on.do(case, DONE, SEEN, Close(callback=Said.UNSATISFIED), DONE, SEEN, SATISFIED)


async def raised_by_hand(on: Stage) -> None:
    case = await on.open("outdoor-advertising")
    await on.do(case, SIGN, RaiseTier(to=Tier.ASSIGN, reason="需部门处理"))
    await on.do(
        case, SIGN, Progress(note="已约谈"), RaiseTier(to=Tier.SUPERVISE, reason="久拖不决")
    )
    await on.do(case, SIGN, DONE, SEEN, SATISFIED)


async def nobody_moves(on: Stage) -> None:
    case = await on.open("outdoor-advertising")
    while next_item(await case.state()) is not None:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    await on.do(case, Comment(text="无人处理"))


async def triaged(on: Stage) -> None:
    case = await on.open(None)
    await on.in_vain(case, Triage(category="no-such-thing"), SIGN)
    await on.do(case, Triage(category="noise-neighbourhood"))
    await on.do(case, SIGN, DONE, SEEN, SATISFIED)


async def refused_and_repeated(on: Stage) -> None:
    case = await on.open("road-damage")
    await on.in_vain(case, SEEN, Progress(note="尚未签收"), Dispatch(unit="sanitation"))
    await on.do(case, SIGN, id_="s-1")
    await case.give(SIGN, id_="s-1", update_id="again")
    await on.in_vain(case, Resolve(result="没有照片"))
    await on.do(case, Withdraw(reason="来电人称已恢复"))


async def many_at_once(on: Stage) -> None:
    case = await on.open("sewage-discharge")
    await asyncio.gather(*(on.do(case, Comment(text=f"第{n}位")) for n in range(8)))
    raising = on.do(case, Return(reason="不属本单位"))
    await asyncio.gather(raising, *(on.do(case, Comment(text=f"又{n}位")) for n in range(8)))
    await on.do(case, Withdraw(reason="并案处理"))


async def journal_away(on: Stage) -> None:
    case = await on.open("food-safety")
    on.town.journal.away = True
    signing = asyncio.create_task(on.do(case, SIGN))
    await case.has_history(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    raising = asyncio.create_task(on.do(case, RaiseTier(to=Tier.SUPERVISE, reason="群体事件")))
    await case.has_history(UPDATE_ACCEPTED, 2)
    on.town.journal.away = False
    await asyncio.gather(signing, raising)
    on.town.journal.lost_answers = 3
    await on.do(case, SIGN, DONE, SEEN, SATISFIED)


async def written_before(on: Stage) -> None:
    case = await on.open("wages")
    await case.write_as_before("comment", await on.town.now(), id_="c-1")
    await on.do(case, SIGN, DONE, SEEN, SATISFIED)


async def settled_on_arrival(on: Stage) -> None:
    case = await on.open("garbage", grid="G05", standing=Arrival(result="巡查员当场清理"))
    await case.handle.result()


async def suspended_on_arrival(on: Stage) -> None:
    until = await on.town.now() + timedelta(seconds=1)
    resting = Arrival(suspended_until=until, reason="等待定制井座到货")
    case = await on.open("manhole-rattling", standing=resting)
    await case.has_rows(5)
    await on.do(case, SIGN, DONE, SEEN, SATISFIED)


async def long_history(on: Stage) -> None:
    case = await on.open("property-dispute")
    for number in range(12):
        await on.do(case, Comment(text=f"第{number}次来电"))
    await on.do(case, SIGN, DONE, SEEN, SATISFIED)


@dataclass(frozen=True)
class Story:
    """`speed`: how many of the town's seconds pass in one. `cramped`: on a server of that kind."""

    name: str
    tell: Callable[[Stage], Awaitable[None]]
    speed: int = 60
    cramped: bool = False


STORIES = (
    Story("whole-life", whole_life),
    Story("returned-suspended-reworked", returned_suspended_reworked),
    Story("raised-by-hand", raised_by_hand),
    Story("nobody-moves", nobody_moves, speed=72_000),
    Story("triaged", triaged),
    Story("refused-and-repeated", refused_and_repeated),
    Story("many-at-once", many_at_once),
    Story("journal-away", journal_away),
    Story("written-before", written_before),
    Story("settled-on-arrival", settled_on_arrival),
    Story("suspended-on-arrival", suspended_on_arrival),
    Story("long-history", long_history, cramped=True),
)
