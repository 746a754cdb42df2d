"""What a result needs: what the standard of the case lists, and that its members were heard."""

from domain.case.approval import who_waives
from domain.case.closing.acts import Resolve
from domain.case.draft import Draft, Refused
from domain.case.evidence import needs, reported
from domain.case.part_types import kinds
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.seen_files import named, strangers
from domain.case.state import Case
from domain.case.work import all_steps_done, files_of_result
from domain.complaints import Evidence

_BY_MEMBERS = kinds(lambda row: row.planned and row.reported)
"""Work that a unit is given and reports on. Presence at a meeting or an action is no report."""


def all_heard(case: Case, members: list[str]) -> None:
    """Raises Refused while a member has neither reported on a task nor been excused from one."""
    heard = set[str]()
    for part in case.parts:
        if part.kind in _BY_MEMBERS:
            heard |= {*part.heard}
            # Of several units that are asked together, not all have reported when it is done.
            done = part.state is PartState.DONE and len(part.units) == 1
            heard |= {*part.units} if done or part.state is PartState.WAIVED else set()
    silent = [unit for unit in members if unit not in heard]
    if silent and not case.plan.follows(3):
        # A refusal is journaled: cases of earlier rules keep the sentence that their rows have.
        detail = f"{', '.join(silent)} reported nothing yet: give_task, and the unit reports"
        raise Refused(Refusal.WRONG_STEP, f"{detail}; or the office waives the task with a reason")
    if silent:
        detail = "; ".join(_what_is_owed(case, unit) for unit in silent)
        waived = f"{who_waives(case)} waives the task with a reason"
        raise Refused(Refusal.WRONG_STEP, f"{detail}; the unit reports, or {waived}")


def _what_is_owed(case: Case, unit: str) -> str:
    """Return on what a member has still to report."""
    asked = [part.id for part in case.open_parts(*_BY_MEMBERS) if unit in part.units]
    if asked:
        return f"{unit} has not reported on {', '.join(asked)}"
    return f"{unit} has no task yet, and reported nothing: give_task"


def meets_standard(draft: Draft, act: Resolve) -> None:
    """Raises Refused unless all steps are done, files show it, and the standard lists it."""
    all_steps_done(draft.case)
    needed = files_of_result(draft.case)
    lacking = f"{needed} pieces of evidence needed, {len(act.evidence)} given"
    shown = (*(file.sha256 for file in act.before), *draft.case.steps_shown)
    needs(draft, act.evidence, needed, lacking, shown=shown, seen=True, of_now=True)
    _is_listed(draft, act.close, act.before)


def of_this_case(draft: Draft) -> None:
    """Raises Refused where files of the result were another case's, and too few are its own.

    Two cases that hand a file in at once do not see each other then; here the second one does.
    """
    case, foreign = draft.case, strangers(draft)
    taken = [use for digest, use in foreign.items() if digest in case.shown]
    needed = files_of_result(case)
    if taken and len({*case.shown} - {*foreign}) < needed:
        detail = f"{needed} pieces of evidence needed, {len(taken)} of the result were evidence in"
        how = "verify with passed=false, so that the unit shows its own work"
        raise Refused(Refusal.MISSING_EVIDENCE, f"{detail} {named(draft, taken)}; {how}")


def results_of(case: Case) -> tuple[str, ...]:
    """Return the results that the standard of the case lists; () if it lists none."""
    standard = case.plan.standard if case.plan.follows(2) else None
    return (standard.close if standard else ()) or ()


def files_before(case: Case) -> int:
    """Return how many files a result still needs that show it before the work."""
    standard = case.plan.standard if case.plan.follows(2) else None
    return max(0, ((standard.before if standard else 0) or 0) - len({*reported(case)}))


def _is_listed(draft: Draft, close: str | None, before: tuple[Evidence, ...]) -> None:
    """Raises Refused unless the result is one of the standard, with the files of before it wants.

    What a reporter sent shows how it was before, too. Without a list no result may be named: it
    would be a text that no one has checked.
    """
    plan = draft.case.plan
    standard = plan.standard if plan.follows(2) else None
    results = standard.close if standard else ()
    if standard is not None and results and close not in results:
        # What was said is not repeated: a refusal is journaled as it is, and may name no person.
        said = "that is no result of" if close else "say which result it is of"
        detail = f"{said} standard {standard.id}: close={' | '.join(results)}"
        raise Refused(Refusal.NO_SUCH_RESULT, detail)
    if close and not results:
        raise Refused(Refusal.NO_SUCH_RESULT, "this case has no list of results; leave out close")
    needed = standard.before if standard else 0
    shown = len({*(file.sha256 for file in before), *reported(draft.case)})
    if shown < needed:
        detail = f"{needed} files needed that show it before the work, {shown} given"
        raise Refused(Refusal.MISSING_EVIDENCE, f"{detail}; add them with `before`")
