"""`decide`: from a case, a command and a moment to the events that follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.case.acts import actions as action_acts
from domain.case.acts import citizen as citizen_acts
from domain.case.acts import joint as joint_acts
from domain.case.acts import merging as merging_acts
from domain.case.acts import notices as notice_acts
from domain.case.acts import requests as request_acts
from domain.case.acts import supervision as supervision_acts
from domain.case.acts.plain import (
    Close,
    Comment,
    Dispatch,
    Open,
    Progress,
    RaiseTier,
    Resolve,
    Resume,
    Return,
    Ring,
    Settle,
    Sign,
    Suspend,
    Triage,
    Verify,
    Withdraw,
)
from domain.case.commands import Command
from domain.case.decisions import (
    actions,
    citizen,
    closing,
    dispatch,
    escalation,
    handling,
    intake,
    joint,
    merging,
    notices,
    rechecks,
    requests,
    supervision,
    tiers,
)
from domain.case.decisions.draft import Draft, Refused
from domain.case.events import CommandRefused, Event
from domain.case.permissions import forbidden
from domain.case.refusals import Refusal
from domain.case.state import Case

_STAGES: Mapping[type, Callable[[Draft, Any], None]] = {
    Open: intake.open_case,
    Triage: intake.triage,
    Settle: intake.settle,
    request_acts.Refuse: intake.refuse,
    Withdraw: intake.withdraw,
    citizen_acts.Supplement: citizen.supplement,
    citizen_acts.Rate: citizen.rate,
    Dispatch: dispatch.dispatch,
    Return: dispatch.return_case,
    Sign: handling.sign,
    Progress: handling.progress,
    Comment: handling.comment,
    Resolve: closing.resolve,
    Verify: closing.verify,
    Close: closing.close,
    supervision_acts.WriteOff: closing.write_off,
    supervision_acts.SendBack: closing.send_back,
    Suspend: requests.suspend,
    Resume: requests.resume,
    request_acts.AskExtension: requests.ask_extension,
    request_acts.AskSuspension: requests.ask_suspension,
    request_acts.AskReopening: requests.ask_reopening,
    request_acts.AskTier: requests.ask_tier,
    request_acts.AskExemption: requests.ask_exemption,
    request_acts.DeclineFiling: requests.decline_filing,
    request_acts.Answer: requests.answer,
    joint_acts.SendCheck: joint.send_check,
    joint_acts.GiveTask: joint.give_task,
    joint_acts.Convene: joint.convene,
    joint_acts.Investigate: joint.investigate,
    action_acts.PlanAction: actions.plan_action,
    action_acts.ReportAction: actions.report_action,
    action_acts.Count: actions.count,
    joint_acts.Hold: joint.hold,
    joint_acts.Report: joint.report,
    joint_acts.Check: joint.check,
    joint_acts.Recheck: rechecks.recheck,
    joint_acts.Conclude: joint.conclude,
    joint_acts.Waive: joint.waive,
    supervision_acts.Appoint: supervision.appoint,
    supervision_acts.IssueLetter: supervision.issue_letter,
    supervision_acts.Urge: supervision.urge,
    supervision_acts.Circulate: supervision.circulate,
    supervision_acts.Summon: supervision.summon,
    supervision_acts.NoShow: supervision.no_show,
    supervision_acts.Commit: supervision.commit,
    supervision_acts.OrderRectification: supervision.order_rectification,
    supervision_acts.Serve: supervision.serve,
    supervision_acts.Inquire: supervision.inquire,
    supervision_acts.FilePenalty: supervision.file_penalty,
    supervision_acts.AdvancePenalty: supervision.advance_penalty,
    merging_acts.Merge: merging.merge,
    merging_acts.Unmerge: merging.unmerge,
    merging_acts.Link: merging.link,
    merging_acts.Unlink: merging.unlink,
    merging_acts.Repin: merging.repin,
    merging_acts.Join: merging.join,
    merging_acts.Leave: merging.leave,
    merging_acts.Follow: merging.follow,
    merging_acts.PassOn: citizen.pass_on,
    notice_acts.KeepNotice: notices.keep,
    RaiseTier: tiers.raise_tier,
    Ring: escalation.ring,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """`case` is the fold of `events` on the case before; no events: it was all done before."""

    case: Case
    events: tuple[Event, ...]


def decide(case: Case | None, command: Command, now: datetime) -> Decision:
    """What follows from a command. A refusal is an event too; nothing is skipped silently.

    A command id that the case has answered before has no second effect.
    """
    of_the_engine = isinstance(command.act, Open | Ring)  # nobody's id may stand in its way
    if case is not None and not of_the_engine and case.answer(command.id) is not None:
        return Decision(case, ())
    if case is not None and (no := forbidden(case, command)) is not None:
        return _refuse(case, command, now, *no)
    draft = Draft(case, command, now)
    try:
        _STAGES[type(command.act)](draft, command.act)
    except Refused as refused:
        # Of a refused command nothing stays, also where its first events were drafted already.
        before = Draft(case, command, now).case
        return _refuse(before, command, now, refused.refusal, refused.detail)
    return Decision(draft.case, tuple(draft.events))


def _refuse(case: Case, command: Command, now: datetime, refusal: Refusal, detail: str) -> Decision:
    draft = Draft(case, command, now)
    draft.add(CommandRefused(refusal=refusal, detail=detail))
    return Decision(draft.case, tuple(draft.events))
