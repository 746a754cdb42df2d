"""The end: resolve with evidence, verify by somebody else, ask the citizen, close."""

from domain.commands import Callback, Close, Resolve, Verify
from domain.decisions.draft import Draft, Refused
from domain.events import Closed, Refusal, Resolved, Reworked, Verified


def resolve(draft: Draft, act: Resolve) -> None:
    needed = draft.case.plan.evidence
    if len(act.evidence) < needed:
        detail = f"{needed} pieces of evidence needed, {len(act.evidence)} given"
        raise Refused(Refusal.MISSING_EVIDENCE, detail)
    draft.add(Resolved(result=act.result, evidence=act.evidence))


def verify(draft: Draft, act: Verify) -> None:
    """Passed: the citizen is asked, or the case closes where nobody is to be asked."""
    case, actor = draft.case, draft.command.actor
    if actor.id == case.resolved_by or (actor.unit is not None and actor.unit == case.holder):
        detail = "whoever handled the case cannot verify it; ask somebody of another unit"
        raise Refused(Refusal.SAME_PERSON, detail)
    if not act.passed:
        draft.add(Reworked(reason=act.note or "verification failed"))
        return
    draft.add(Verified(note=act.note))
    if not case.plan.callback:
        draft.add(Closed(note="nobody to call back"))


def close(draft: Draft, act: Close) -> None:
    if act.callback is Callback.UNSATISFIED:
        draft.add(Reworked(reason=act.note or "the citizen is not satisfied"))
        return
    draft.add(Closed(callback=act.callback, note=act.note))
