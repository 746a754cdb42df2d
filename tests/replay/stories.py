"""Lives of cases in the shipped town whose histories must replay for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from temporalio.api.enums.v1 import EventType

from domain.case.agenda import next_item
from domain.case.citizen.acts import Rate, Supplement
from domain.case.closing.acts import Close, Resolve, Verify, Withdraw, WriteOff
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.handling.acts import Comment, Progress
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import Convene, Hold, Report, Resolution
from domain.case.merging.acts import Merge
from domain.case.rectification.acts import OrderRectification, Serve
from domain.case.registration.acts import Triage
from domain.case.requests.acts import Answer, AskExtension
from domain.case.supervision.acts import Appoint
from domain.case.suspension.acts import Suspend
from domain.case.tiers.acts import RaiseTier
from domain.complaints import Arrival, SuperiorOrder
from domain.vocabulary import Callback as Said
from domain.vocabulary import Role, Tier
from tests.acts import PHOTO, SCAN
from tests.replay.stage import Stage
from tests.replay.stories_of_each import shown_by_each
from tests.replay.stories_of_look_backs import looked_back
from tests.replay.stories_of_resources import reserved
from tests.replay.stories_of_today import not_content_today, ordered_today, stopped_today
from tests.replay.usual import DONE, DONE_AGAIN, DONE_BETTER, SATISFIED, SEEN, SIGN
from tests.workflow.cases import OpenCase

UPDATE_ACCEPTED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED


async def whole_life(on: Stage) -> None:
    case = await on.open("garbage", grid="G01")
    await on.do(case, SIGN, DONE, SEEN, SATISFIED)


async def returned_suspended_reworked(on: Stage) -> None:
    case = await on.open("restaurant-fumes")
    await on.do(case, Return(reason="属大气排放监管", suggested_unit="environment"))
    await on.do(case, Answer(part="return-1", granted=True, reason="职责清单复核"))
    await on.do(case, Dispatch(unit="environment", reason="职责清单复核"), SIGN)
    soon = await on.town.now() + timedelta(seconds=1)
    await on.do(case, Suspend(reason="等待设备", measures="A fence.", until=soon))
    await case.has_rows(len(case.rows) + 1)
    await on.do(case, Progress(note="已安装净化装置"), DONE, Verify(passed=False, note="仍有油烟"))
    await on.do(case, DONE_AGAIN, SEEN, Close(callback=Said.UNSATISFIED, note="仍有油烟"))
    await on.do(case, SIGN, DONE_BETTER, SEEN, SATISFIED)


async def directed(on: Stage, case: OpenCase) -> None:
    """The office appoints the lead, which meets with the members, if there are any."""
    now = await case.state()
    await on.do(case, Appoint(lead=now.holder or "", instruction="牵头办理"))
    if not now.members:
        return
    soon = await on.town.now() + timedelta(seconds=1)
    await on.do(case, Convene(units=now.members, at=soon, agenda="分工"))
    await on.town.until(soon)
    present = (now.holder or "", *now.members)
    held = Hold(part="conference-1", minutes="各负其责", present=present)
    await on.do(case, held, role=Role.SUPERVISOR)


async def supervised_end(on: Stage, case: OpenCase) -> None:
    """Sign, do the work as the office directs, and have it verified by two people."""
    await on.do(case, SIGN)
    await directed(on, case)
    await on.do(case, DONE, SEEN)
    await on.do(case, SEEN, role=Role.SUPERVISOR)
    await on.do(case, SATISFIED)


async def raised_by_hand(on: Stage) -> None:
    case = await on.open("outdoor-advertising")
    await on.do(case, SIGN, RaiseTier(to=Tier.ASSIGN, reason="需部门处理"))
    await on.do(
        case, SIGN, Progress(note="已约谈"), RaiseTier(to=Tier.SUPERVISE, reason="久拖不决")
    )
    await supervised_end(on, case)


async def nobody_moves(on: Stage) -> None:
    case = await on.open("outdoor-advertising")
    while next_item(await case.state()) is not None:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    await on.do(case, Comment(text="无人处理"))


async def handed_on(on: Stage) -> None:
    """No one of the estate, its community or the squad signs; the last unit of the grid does."""
    case = await on.open("garbage", grid="G06")
    while (await case.state()).holder != "sanitation":  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    await on.do(case, SIGN, DONE, SEEN, SATISFIED)


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
    agreed = Answer(part="withdrawal-1", granted=True, reason="回电属实")
    await on.do(case, agreed, role=Role.SUPERVISOR)


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
    await supervised_end(on, case)


async def written_before(on: Stage) -> None:
    case = await on.open("wages")
    await case.write_as_before("comment", await on.town.now(), id_="c-1")
    await on.do(case, SIGN, DONE, SEEN, SATISFIED)


async def settled_on_arrival(on: Stage) -> None:
    swept = Arrival(result="巡查员当场清理")
    case = await on.open("garbage", grid="G05", standing=swept, evidence=(PHOTO,))
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


async def conferred_and_rectified(on: Stage) -> None:
    case = await on.open("sewage-discharge")
    await on.do(case, SIGN, Appoint(lead="environment", instruction="牵头办理"))
    soon = await on.town.now() + timedelta(seconds=1)
    units = ("water-agriculture", "enforcement-squad")
    await on.do(case, Convene(units=units, at=soon, agenda="暗管排查分工"))
    together = Hold(
        part="conference-1",
        minutes="生态环境所牵头",
        present=("environment", "water-agriculture"),
        opinions=("enforcement-squad",),
        tasks=(Resolution("water-agriculture", "排查入河口"),),
    )
    await on.town.until(soon)
    await on.do(case, together, role=Role.SUPERVISOR)
    report = Report(part="task-1", text="两处", evidence=(PHOTO,))
    await on.do(case, report, role=Role.HANDLER, unit="water-agriculture")
    await on.in_vain(case, DONE)
    await on.do(case, Check(part="task-1", passed=True, note="属实"), role=Role.UNIT_HEAD)
    order = OrderRectification(whom="企业", items=("封堵暗管",))
    await on.do(case, order, role=Role.HANDLER)
    await on.do(case, Serve(part="rectification-1", evidence=(PHOTO,)), role=Role.HANDLER)
    ready = Report(part="rectification-1", text="已整改")
    await on.do(case, ready, role=Role.HANDLER)
    look = Check(part="rectification-1", passed=False, note="未清", evidence=(PHOTO,))
    await on.do(case, look, role=Role.SUPERVISOR)
    await on.do(case, ready, role=Role.HANDLER)
    look = Check(part="rectification-1", passed=True, note="合格", evidence=(SCAN,))
    await on.do(case, look, role=Role.SUPERVISOR)
    await on.do(case, DONE, SEEN)
    await on.do(case, SEEN, role=Role.SUPERVISOR)
    await on.do(case, SATISFIED)


async def returned_twice(on: Stage) -> None:
    case = await on.open("restaurant-fumes")
    back = Return(reason="不属本单位")
    to_environment = Answer(part="return-1", granted=True, reason="是", unit="environment")
    await on.do(case, back, to_environment, back)
    ruled = Answer(part="ruling-1", granted=True, reason="裁定", unit="environment")
    await on.do(case, ruled, role=Role.SUPERVISOR)
    await on.in_vain(case, back)
    await on.do(case, SIGN, AskExtension(hours=8, reason="等待设备"))
    granted = Answer(part="extension-1", granted=True, reason="同意")
    await on.do(case, granted, role=Role.SUPERVISOR)
    await on.do(case, DONE, SEEN, SATISFIED)


async def merged(on: Stage) -> None:
    first, second = await on.open("water-burst"), await on.open("water-burst")
    await on.do(second, Merge(into=first.plan.case_id, reason="同一处"))
    await first.has_happened("joined")
    await on.do(first, SIGN, DONE, SEEN, SATISFIED)
    await second.handle.result()


async def heard(on: Stage) -> None:
    """A citizen reminds of a merged case, and is satisfied with the case that it follows."""
    first, second = await on.open("water-burst"), await on.open("water-burst")
    await on.do(second, Merge(into=first.plan.case_id, reason="同一处"))
    await first.has_happened("joined")
    await on.do(second, Supplement(text="还没有人来", evidence=(PHOTO,), reminder=True))
    await first.has_happened("part_opened")
    await on.do(first, Report(part="urge-1", text="已在路上"), SIGN, DONE, SEEN)
    await on.do(first, Rate(callback=Said.SATISFIED, solved=True))
    await second.handle.result()


async def written_off(on: Stage) -> None:
    order = SuperiorOrder("省督2026-001", "省自然资源厅", supervised=True)
    case = await on.open("land-occupation", superior=order)
    await supervised_end(on, case)
    await on.do(case, WriteOff(note="同意销号"), role=Role.SUPERIOR, unit="district-guidance")


async def unanswered(on: Stage) -> None:
    """A return without an answer, a letter and an interview: only time moves the case on."""
    case = await on.open("road-damage")
    await on.do(case, Return(reason="不属本单位"))
    while "tier_raised" not in case.kinds():  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    await on.do(case, Withdraw(reason="自行解决"))


@dataclass(frozen=True)
class Story:
    """A story. `speed`: how many seconds of the town pass in one. `cramped`: on a server with
    little room for history.
    """

    name: str
    tell: Callable[[Stage], Awaitable[None]]
    speed: int = 60
    cramped: bool = False


STORIES = (
    Story("whole-life", whole_life),
    Story("returned-suspended-reworked", returned_suspended_reworked),
    Story("raised-by-hand", raised_by_hand),
    Story("nobody-moves", nobody_moves, speed=72_000),
    Story("handed-on", handed_on, speed=3600),
    Story("triaged", triaged),
    Story("refused-and-repeated", refused_and_repeated),
    Story("many-at-once", many_at_once),
    Story("journal-away", journal_away),
    Story("written-before", written_before),
    Story("settled-on-arrival", settled_on_arrival),
    Story("suspended-on-arrival", suspended_on_arrival),
    Story("conferred-and-rectified", conferred_and_rectified),
    Story("returned-twice", returned_twice),
    Story("merged", merged),
    Story("heard", heard),
    Story("written-off", written_off),
    Story("unanswered", unanswered, speed=36_000),
    Story("ordered-today", ordered_today),
    Story("not-content-today", not_content_today),
    Story("shown-by-each", shown_by_each),
    Story("stopped-today", stopped_today),
    Story("reserved", reserved),
    Story("looked-back", looked_back),
    Story("long-history", long_history, cramped=True),
)
