"""Counts over the joint work of cases: meetings, tasks, actions, rectifications, campaigns."""

from collections.abc import Iterator

from domain.case.campaigns.facts import Counted
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import Convene, GiveTask, Hold, PlanAction, ReportAction
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.rectification.acts import Commit, OrderRectification
from domain.insight.case_facts import CaseFacts
from domain.insight.shares import Share, has, is_due
from domain.reporting.periods import Period


def attendance(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Of the units asked to the conferences that were held in the period, those that came.

    A written opinion is no attendance: domain.md 1.3 counts it for the quorum alone.
    """
    for event in facts.events:
        match event.fact:
            case PartMoved(part=id_, by=Hold(present=present)) if has(facts, period, event.at):
                part = facts.case.part(id_)
                for unit in part.units if part and _opened_by(facts, id_, Convene) else ():
                    yield Share(int(unit in present), 1, unit, None, event.seq)
            case _:
                pass


def duty(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Of the tasks due in the period, those that were done with evidence, whenever (履职率).

    A task that was answered with words alone is not done: it catches attendance without work
    (出工不出力).
    """
    for run in facts.runs:
        part = facts.case.part(run.clock)
        if part is None or not _opened_by(facts, run.clock, GiveTask):
            continue
        if is_due(facts, run, period):
            done = part.state is PartState.DONE and bool(part.shown or part.attached)
            for unit in run.units or (None,):
                yield Share(int(done), 1, unit, None, run.done_row or run.row)


def inspections(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Of what was inspected again in the period after its time to be put right, what passed
    (复查合格率).
    """
    for event in facts.events:
        match event.fact:
            case PartMoved(part=id_, by=Check(passed=passed)) if has(facts, period, event.at):
                if _opened_by(facts, id_, OrderRectification, Commit):
                    yield Share(int(passed), 1, facts.unit, None, event.seq)
            case _:
                pass


def rectified(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Of what was to be put right by a day of the period, what was, by then (整改完成率)."""
    for run in facts.runs:
        part = facts.case.part(run.clock)
        if part is None or not _opened_by(facts, run.clock, OrderRectification, Commit):
            continue
        if is_due(facts, run, period):
            done = part.state is PartState.DONE and run.kept
            yield Share(int(done), 1, facts.unit, None, run.missed_row or run.done_row or run.row)


def actions(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """The joint actions that were reported in the period."""
    for event in facts.events:
        match event.fact:
            case PartMoved(by=ReportAction()) if has(facts, period, event.at):
                yield Share(1, 1, facts.unit, None, event.seq)
            case _:
                pass


def person_times(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """Of the person-times planned for these actions, how many came; it may be more."""
    for event in facts.events:
        match event.fact:
            case PartMoved(part=id_, by=ReportAction(people=people)) if has(
                facts, period, event.at
            ):
                plan = _terms(facts, id_)
                planned = plan.people if isinstance(plan, PlanAction) else 0
                yield Share(people, planned, facts.unit, None, event.seq)
            case _:
                pass


def counted(facts: CaseFacts, period: Period) -> Iterator[Share]:
    """What counted for campaigns in the period; corrections are negative."""
    for event in facts.events:
        match event.fact:
            case Counted(amount=amount) if has(facts, period, event.at):
                yield Share(amount, 0, facts.unit, None, event.seq)
            case _:
                pass


def _opened_by(facts: CaseFacts, part: str, *acts: type) -> bool:
    return isinstance(_terms(facts, part), acts)


def _terms(facts: CaseFacts, part: str) -> object:
    for event in facts.events:
        match event.fact:
            case PartOpened(part=id_, terms=terms) if id_ == part:
                return terms
            case _:
                pass
    return None
