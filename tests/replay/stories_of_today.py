"""Lives by the rules of revision 2 (docs/adr/0027-rules.md), beside those that began before it."""

from dataclasses import replace
from datetime import timedelta

from domain.case.closing.acts import Close, WriteOff
from domain.case.handling.acts import Progress
from domain.case.joint_work.acts import Convene, Hold, PlanAction, ReportAction
from domain.case.penalties.acts import FilePenalty, PenaltyStep
from domain.case.requests.acts import Answer, AskExtension
from domain.case.supervision.acts import Appoint
from domain.case.suspension.acts import Resume, Suspend
from domain.complaints import SuperiorOrder
from domain.vocabulary import Callback, Role
from tests.acts import PHOTO, advanced
from tests.replay.stage import Stage
from tests.replay.usual import DONE, DONE_AGAIN, DONE_BETTER, SATISFIED, SEEN, SIGN

ROLL_CALL = replace(PHOTO, sha256="e" * 64)
UNHAPPY = Close(callback=Callback.UNSATISFIED, note="Still there.")


async def ordered_today(on: Stage) -> None:
    """A superior's order: more time, a rest, a penalty, a second result, and its own write-off."""
    order = SuperiorOrder("区督2026-007", "区综合行政执法指导办公室", supervised=True)
    case = await on.open("land-occupation", superior=order)
    lead, member = "land-planning", "enforcement-squad"
    await on.do(case, Appoint(lead=lead, members=(member,), instruction="牵头查处"))
    await on.do(case, SIGN, Progress(note="已现场测量"))
    soon = await on.town.now() + timedelta(seconds=1)
    await on.do(case, Convene(units=(member,), at=soon, agenda="查处分工"))
    await on.town.until(soon)
    met = Hold(part="conference-1", minutes="自然资源所牵头", present=(lead, member))
    await on.do(case, met, role=Role.SUPERVISOR)
    await on.in_vain(case, AskExtension(hours=2, reason="等待测绘"))
    await on.do(case, AskExtension(hours=2, reason="等待测绘"), role=Role.UNIT_HEAD)
    more = Answer(part="extension-1", granted=True, reason="同意")
    await on.do(case, more, role=Role.LEADER)
    until = await on.town.now() + timedelta(days=30)
    rest = Suspend(reason="等待测绘", measures="每周巡查", until=until)
    await on.do(case, rest, role=Role.LEADER)
    await on.in_vain(case, Resume(reason="测绘完成"))
    await on.do(case, Resume(reason="测绘完成"), role=Role.LEADER)
    officers = ("cao-jianguo", "yan-min")
    filed = FilePenalty(number="2026-17", officers=officers, basis="土地管理法")
    await on.do(case, filed, advanced(PenaltyStep.INVESTIGATED))
    dismissed = replace(advanced(PenaltyStep.DISMISSED), note="已自行复耕")
    await on.do(case, dismissed, role=Role.UNIT_HEAD)
    await on.do(case, DONE, SEEN)
    await on.do(case, SEEN, role=Role.SUPERVISOR)
    await on.do(case, UNHAPPY)
    right = Answer(part="dissatisfaction-1", granted=True, reason="确未复耕")
    await on.do(case, right, role=Role.LEADER)
    await on.do(case, SIGN, DONE_BETTER, role=Role.UNIT_HEAD)
    await on.do(case, SEEN)
    await on.do(case, SEEN, role=Role.SUPERVISOR)
    await on.do(case, SATISFIED)
    await on.do(case, WriteOff(note="同意销号"), role=Role.SUPERIOR, unit="district-guidance")


async def not_content_today(on: Stage) -> None:
    """Direct, then assigned, with a joint action, and supervised after the second no."""
    case = await on.open("river-litter", grid="G01")
    await on.do(case, SIGN, DONE, SEEN, UNHAPPY, SIGN)
    soon = await on.town.now() + timedelta(seconds=1)
    units = ("sanitation",)
    planned = PlanAction(units=units, at=soon, goal="清理河面", people=6)
    await on.do(case, planned, role=Role.HANDLER)
    await on.town.until(soon)
    came = ReportAction(part="joint_action-1", text="已清理", people=5, evidence=(ROLL_CALL,))
    await on.do(case, came)
    await on.do(case, DONE_AGAIN, role=Role.UNIT_HEAD)
    await on.do(case, SEEN, UNHAPPY)
    lead = (await case.state()).holder or ""
    await on.do(case, Appoint(lead=lead, instruction="再次清理"))
    await on.do(case, SIGN, DONE_BETTER, role=Role.UNIT_HEAD)
    await on.do(case, SEEN)
    await on.do(case, SEEN, role=Role.SUPERVISOR)
    await on.do(case, SATISFIED)


async def stopped_today(on: Stage) -> None:
    """What is being built is stopped, and leads to a case of its own that takes it down."""
    case = await on.open("construction-in-progress")
    before = replace(PHOTO, sha256="f" * 64)
    stopped = replace(DONE, close="stopped", before=(before,))
    await on.do(case, SIGN, stopped, SEEN)
    await on.town.led_to(case)
    await on.do(case, SATISFIED)
