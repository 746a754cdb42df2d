"""How a case ends: written off by whoever issued it, else closed; archived when it may rest."""

from domain.case.decisions.draft import Draft
from domain.case.decisions.parts import lapse
from domain.case.events import Closed, Withdrawn
from domain.case.facts.ending import Archived, NotAccepted, ReportedUp
from domain.policy.part_rules import PartKind

_OUTLIVES = frozenset({PartKind.PENALTY})


def finish(draft: Draft, closed: Closed) -> None:
    """Only the issuing superior writes off its own case."""
    superior = draft.case.plan.complaint.superior
    if superior is not None:
        asked = f"; the citizen: {closed.callback}" if closed.callback else ""
        draft.add(
            ReportedUp(
                to=superior.issuer,
                note=f"{closed.note}{asked}",
                awaits=True,
                callback=closed.callback,
                solved=closed.solved,
            )
        )
        return
    end(draft, closed)


def end(draft: Draft, fact: Closed) -> None:
    conclude(draft, fact)
    archive(draft)


def conclude(draft: Draft, fact: Closed | NotAccepted | Withdrawn) -> None:
    """What is still open ends with the case, all but a penalty.

    After a withdrawal nothing more can happen here: a penalty goes on elsewhere, by its number.
    """
    over = isinstance(fact, Withdrawn)
    kinds = [kind for kind in PartKind if over or kind not in _OUTLIVES]
    lapse(draft, *kinds, note="the case has ended")
    draft.add(fact)


def archive(draft: Draft) -> None:
    """At once where the policy leaves no time to reopen, and nothing outlives the case."""
    if not draft.case.plan.reopen_window and not draft.case.open_parts():
        draft.add(Archived())
