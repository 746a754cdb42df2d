"""What the standard of a case asks of its result: one of the listed ones, and files of before."""

from domain.case.draft import Draft, Refused
from domain.case.evidence import reported
from domain.case.refusals import Refusal
from domain.complaints import Evidence


def meets_standard(draft: Draft, close: str | None, before: tuple[Evidence, ...]) -> None:
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
