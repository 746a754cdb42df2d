"""The holder's work: sign, progress; and what anybody may add: a comment."""

from domain.case.access import may_read
from domain.case.draft import Decisions, Draft, Refused
from domain.case.evidence import needs
from domain.case.handling.acts import Comment, Progress, Sign
from domain.case.handling.facts import Commented, Progressed, Signed
from domain.case.refusals import Refusal
from domain.case.validation import uncontested
from domain.case.work import date_named, step_done


def sign(draft: Draft, act: Sign) -> None:
    """Sign for the case, unless the unit waits for the answer to its return."""
    uncontested(draft)
    draft.add(Signed())


def progress(draft: Draft, act: Progress) -> None:
    """Say what was done. That the danger is over, a file shows."""
    if act.safe and draft.case.plan.follows(2):
        lacking = "that the danger is over needs a file that shows it"
        needs(draft, act.evidence, 1, lacking, of_now=True)
    if act.step is not None:
        step_done(draft, act.step, act.evidence)
    if act.done_by is not None:
        date_named(draft, act.done_by)
    draft.add(
        Progressed(
            note=act.note,
            evidence=act.evidence,
            safe=act.safe or None,
            step=act.step,
            done_by=act.done_by,
            response=act.response,
        )
    )


def comment(draft: Draft, act: Comment) -> None:
    """A comment never moves a deadline. It is for people who may read the case."""
    if draft.case.plan.follows(2) and not may_read(draft.case, draft.command):
        detail = "a comment is for people who may read the case; this unit has no part in it"
        raise Refused(Refusal.NOT_READABLE, detail)
    draft.add(Commented(text=act.text))


DECISIONS: Decisions = {
    Sign: sign,
    Progress: progress,
    Comment: comment,
}
