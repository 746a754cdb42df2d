"""Lives by the rules of revision 3: who met, came and let it be is shown by each of them."""

from dataclasses import replace
from datetime import timedelta

from domain.case.handling.acts import Progress
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import (
    Attendance,
    Convene,
    GiveTask,
    Hold,
    Opinion,
    PlanAction,
    Report,
    ReportAction,
)
from domain.case.penalties.acts import AdvancePenalty, FilePenalty, PenaltyStep
from domain.case.supervision.acts import Appoint
from domain.case.tiers.acts import RaiseTier
from domain.vocabulary import Role, Tier
from tests.acts import MINUTES, PHOTO, SCAN, advanced
from tests.replay.stage import Stage
from tests.replay.usual import DONE, SATISFIED, SEEN, SIGN

ROLL_CALL = replace(PHOTO, sha256="e" * 64)
OPINION = replace(SCAN, sha256="f" * 64)


async def shown_by_each(on: Stage) -> None:
    """A conference with an opinion, an action, and a penalty that the leading group lets be."""
    case = await on.open("land-occupation")
    lead, member = "land-planning", "enforcement-squad"
    await on.do(case, RaiseTier(to=Tier.SUPERVISE, reason="涉及两个部门"))
    await on.do(case, Appoint(lead=lead, members=(member,), instruction="牵头查处"))
    await on.do(case, SIGN, Progress(note="已现场测量"))
    soon = await on.town.now() + timedelta(seconds=1)
    await on.do(case, Convene(units=(member,), at=soon, agenda="查处分工"))
    await on.town.until(soon)
    met = Hold(part="conference-1", minutes="自然资源所牵头", present=(lead,))
    await on.in_vain(case, met)
    wrote = Opinion(member, "xu-meng", OPINION)
    await on.in_vain(case, replace(met, evidence=(MINUTES,), written=(replace(wrote, unit=lead),)))
    await on.do(case, replace(met, evidence=(MINUTES,), written=(wrote,)), role=Role.SUPERVISOR)
    await on.do(case, GiveTask(unit=member, what="核对卷宗"))
    looked = Report(part="task-1", text="卷宗齐全", evidence=(replace(SCAN, sha256="d" * 64),))
    await on.do(case, looked, role=Role.HANDLER, unit=member)
    await on.do(case, Check(part="task-1", passed=True, note="属实"), role=Role.UNIT_HEAD)
    soon = await on.town.now() + timedelta(seconds=1)
    await on.do(case, PlanAction(units=(member,), at=soon, goal="现场取证", people=6))
    await on.town.until(soon)
    came = ReportAction(part="joint_action-1", text="已取证", people=5, evidence=(ROLL_CALL,))
    await on.in_vain(case, came)
    units = (Attendance(member, "xu-meng"), Attendance(lead, "cao-jianguo"))
    await on.do(case, replace(came, came=units), role=Role.UNIT_HEAD)
    officers = ("cao-jianguo", "yan-min")
    await on.do(case, FilePenalty(number="2026-17", officers=officers, basis="土地管理法"))
    await on.do(case, advanced(PenaltyStep.INVESTIGATED))
    dismissed = replace(advanced(PenaltyStep.DISMISSED), note="已自行复耕")
    await on.do(case, dismissed, role=Role.UNIT_HEAD)
    agreed = AdvancePenalty(part="penalty-1", step=PenaltyStep.DISMISSED, note="同意")
    await on.do(case, agreed, role=Role.LEADER)
    await on.do(case, DONE, SEEN)
    await on.do(case, SEEN, role=Role.LEADER, unit="leading-group")
    await on.do(case, SATISFIED)
