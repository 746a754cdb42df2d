"""What the rules of a case ask about each kind of part: one row for each kind.

How many of a kind a case may have, and how long each turn takes, is the policy's
(domain/policy/part_rules.py). What only one kind does is in the topic that opens it.
"""

from collections.abc import Callable, Mapping

from domain.case.part_questions import DeadlineEnding, LapseCause, Look, PartType, Reported, Turns
from domain.case.parts.facts import PartState
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import BY_PLATFORM, HOLDER, HOLDER_STEPS
from domain.sla.clocks import Cause

_OWN_HANDLING = frozenset({LapseCause.RESOLVED, LapseCause.HOLDER_GONE})

PART_TYPES: Mapping[PartKind, PartType] = {
    # Requests.
    PartKind.RETURN: PartType(
        name="退单 return",
        opened_by="return",
        told=True,
        request=True,
        retractable=True,
        contests=True,
        overtaken_by=frozenset({LapseCause.TIER_CHANGED}),
        pauses=(HOLDER, *HOLDER_STEPS),
        cause=Cause.RETURNED,
    ),
    PartKind.RULING: PartType(
        name="裁定 ruling",
        opened_by="return",
        told=True,
        request=True,
        retractable=True,
        contests=True,
        ruled_on=True,
        overtaken_by=frozenset({LapseCause.TIER_CHANGED}),
        pauses=(HOLDER, *HOLDER_STEPS),
        cause=Cause.RETURNED,
    ),
    PartKind.EXTENSION: PartType(
        name="延期 extension",
        opened_by="ask_extension",
        extends=True,
        told=True,
        request=True,
        retractable=True,
        overtaken_by=_OWN_HANDLING | {LapseCause.TIER_CHANGED},
        bounded=True,
    ),
    PartKind.SUSPENSION: PartType(
        name="挂账 suspension",
        opened_by="ask_suspension",
        told=True,
        request=True,
        retractable=True,
        overtaken_by=_OWN_HANDLING,
        bounded=True,
    ),
    PartKind.REOPENING: PartType(
        name="重办 reopening",
        opened_by="ask_reopening",
        told=True,
        request=True,
        by_voice=True,
        takes_up=PartState.GRANTED,
    ),
    PartKind.TIER_CHANGE: PartType(
        name="调级 tier change",
        opened_by="ask_tier",
        told=True,
        request=True,
        retractable=True,
        granted_by_silence=False,
        overtaken_by=_OWN_HANDLING | {LapseCause.TIER_CHANGED},
    ),
    PartKind.DISSATISFACTION: PartType(
        name="不满意 dissatisfaction",
        opened_by="close",
        request=True,
        ruled_on=True,
        overtaken_by=frozenset({LapseCause.TIER_CHANGED}),
    ),
    PartKind.EXEMPTION: PartType(
        name="超时豁免 exemption",
        opened_by="ask_exemption",
        request=True,
        retractable=True,
        exempts=True,
        by_two=True,
    ),
    PartKind.REFUSAL: PartType(
        name="不予受理复核 refusal",
        opened_by="refuse",
        request=True,
        retractable=True,
        refuses=True,
        takes_up=PartState.REFUSED,
    ),
    PartKind.NO_FILING: PartType(
        name="不予立案复核 no filing",
        opened_by="decline_filing",
        declines_law=True,
        request=True,
        retractable=True,
        must_end=True,
    ),
    # Work.
    PartKind.CHECK: PartType(
        name="核实 check",
        of_handling=True,
        opened_by="send_check",
        told=True,
        pauses=BY_PLATFORM,
        pauses_until_due=True,
        reported=Reported(PartState.DONE),
    ),
    PartKind.RECHECK: PartType(
        name="自行整改 recheck",
        of_handling=True,
        told=True,
        overtaken_by=frozenset({LapseCause.TRIAGED}),
        pauses=BY_PLATFORM,
        put_right=True,
        unanswered=DeadlineEnding(PartState.LAPSED, "nobody looked again; a person triages it"),
        platform_looks=True,
        same_time=True,
    ),
    PartKind.TASK: PartType(
        name="任务 task",
        of_handling=True,
        opened_by="give_task",
        planned=True,
        told=True,
        must_end=True,
        reported=Reported(PartState.REPORTED, of=PartState.OPEN),
        looked_at=Look.LEAD,
        turns=Turns.WAITS,
        own_time=True,
    ),
    PartKind.CONFERENCE: PartType(
        name="联席会商 conference",
        of_handling=True,
        opened_by="convene",
        told=True,
        must_end=True,
        appointed=True,
        held=True,
        decides=True,
    ),
    PartKind.INVESTIGATION: PartType(
        name="联合调查 investigation",
        of_handling=True,
        opened_by="investigate",
        planned=True,
        must_end=True,
        reported=Reported(PartState.OPEN),
        concluded=True,
        turns=Turns.ONE,
    ),
    PartKind.INTERVIEW: PartType(
        name="约谈 interview",
        planned=True,
        must_end=True,
        served=True,
        appointed=True,
        held=True,
        turns=Turns.ONE,
    ),
    PartKind.COMMITMENT: PartType(
        name="承诺 commitment",
        of_handling=True,
        opened_by="commit",
        planned=True,
        must_end=True,
        reported=Reported(PartState.INSPECTION, of=PartState.SERVED),
        holder_reports=True,
        put_right=True,
        looked_at=Look.OTHERS,
        two_turns=True,
    ),
    PartKind.RECTIFICATION: PartType(
        name="限期整改 rectification",
        of_handling=True,
        opened_by="order_rectification",
        planned=True,
        told=True,
        must_end=True,
        reported=Reported(PartState.INSPECTION, of=PartState.SERVED),
        holder_reports=True,
        served=True,
        serving_proved=True,
        put_right=True,
        looked_at=Look.OTHERS,
        second_chance=True,
        lawful_days=True,
        bounded=True,
        two_turns=True,
    ),
    PartKind.INQUIRY: PartType(
        name="一案双查 inquiry",
        of_handling=True,
        opened_by="inquire",
        must_end=True,
        concluded=True,
        concluded_by_office=True,
        waived_by_leader=True,
        tracks=2,
        before_withdrawal=True,
    ),
    PartKind.PENALTY: PartType(
        name="行政处罚 penalty",
        of_handling=True,
        planned=True,
        opened_by="file_penalty",
        officers=2,
        outlives=True,
        waived_by_leader=True,
        turns=Turns.BY_STATE,
        two_turns=True,
        before_withdrawal=True,
    ),
    PartKind.LETTER: PartType(
        name="督办单 letter",
        answered_by_regulars=True,
        overtaken_by=frozenset({LapseCause.RESOLVED, LapseCause.NEW_HOLDER}),
        outlasts_result=True,
        reported=Reported(PartState.DONE),
        unanswered=DeadlineEnding(PartState.FAILED, "not answered in time"),
        summons=True,
    ),
    PartKind.URGE: PartType(
        name="催办 urge",
        opened_by="urge",
        presses=True,
        by_voice=True,
        overtaken_by=frozenset({LapseCause.RESOLVED, LapseCause.NEW_HOLDER}),
        outlasts_result=True,
        reported=Reported(PartState.DONE),
        unanswered=DeadlineEnding(PartState.FAILED, "not acknowledged in time"),
    ),
    PartKind.JOINT_ACTION: PartType(
        name="联合行动 joint action",
        of_handling=True,
        opened_by="plan_action",
        shows_attendance=True,
        planned=True,
        told=True,
        must_end=True,
        appointed=True,
    ),
    PartKind.WITHDRAWAL: PartType(
        name="撤诉 withdrawal",
        opened_by="withdraw",
        withdraws=True,
        in_every_policy=False,
        request=True,
        retractable=True,
        by_voice=True,
        granted_by_silence=False,
    ),
    PartKind.SEPARATION: PartType(
        name="并单异议 separation",
        opened_by="pass_on",
        in_every_policy=False,
        request=True,
        separates=True,
    ),
}


def kinds(asked: Callable[[PartType], object]) -> frozenset[PartKind]:
    """The kinds of which this holds."""
    return frozenset(kind for kind, row in PART_TYPES.items() if asked(row))


REQUESTS = kinds(lambda row: row.request)
WORK = kinds(lambda row: not row.request)
PARTS_TOLD = kinds(lambda row: row.told)
CONTESTING = kinds(lambda row: row.contests)
WITHDRAWING = kinds(lambda row: row.withdraws)
OUTLIVING = kinds(lambda row: row.outlives)
OUTLASTING = kinds(lambda row: row.outlasts_result)


OVERTAKEN_BY: Mapping[LapseCause, frozenset[PartKind]] = {
    what: frozenset(kind for kind, row in PART_TYPES.items() if what in row.overtaken_by)
    for what in LapseCause
}
"""The kinds that lapse when this happens to the case."""
