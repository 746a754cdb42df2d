"""What a camera saw: whoever is concerned was told, and after a while somebody looks again."""

from datetime import timedelta

from domain.case.acts.joint import Recheck
from domain.case.acts.plain import Ring
from domain.case.decisions.draft import Draft, Refused
from domain.case.decisions.ending import finish
from domain.case.decisions.parts import barred, find, move, open_part
from domain.case.events import Closed
from domain.case.facts.parts import PartState
from domain.case.refusals import Refusal
from domain.policy.part_rules import PartKind


def give_notice(draft: Draft, within: timedelta) -> None:
    """Where the policy has no such part, a person triages at once."""
    if barred(draft, PartKind.RECHECK) is None:
        until = draft.now + within
        open_part(draft, PartKind.RECHECK, Ring(), starts=PartState.SERVED, until=until)


def recheck(draft: Draft, act: Recheck) -> None:
    """Clear: put right by itself (自行整改), and closed. Still there: a person triages it."""
    part = find(draft, act.part, PartKind.RECHECK)
    if not act.clear:
        if part.state is PartState.SERVED:
            detail = f"the time of {part.id} to put it right is not over; triage it, or look later"
            raise Refused(Refusal.WRONG_STEP, detail)
        move(draft, part, PartState.FAILED, act)
        return
    if not act.evidence:
        raise Refused(Refusal.MISSING_EVIDENCE, "that it is clear needs at least one picture")
    move(draft, part, PartState.DONE, act)
    finish(draft, Closed(note=f"put right by itself: {act.note}", evidence=act.evidence))
