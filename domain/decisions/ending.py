"""How a case ends: written off by whoever issued it, else closed; archived when it may rest."""

from domain.commands import Callback
from domain.decisions.draft import Draft
from domain.events import Closed
from domain.facts.ending import Archived, NotAccepted, ReportedUp


def finish(draft: Draft, callback: Callback | None, note: str) -> None:
    """Only the issuing superior writes off its own case."""
    superior = draft.case.plan.complaint.superior
    if superior is not None:
        asked = f"; the citizen: {callback}" if callback else ""
        draft.add(ReportedUp(to=superior.issuer, note=f"{note}{asked}", awaits=True))
        return
    end(draft, Closed(callback=callback, note=note))


def end(draft: Draft, fact: Closed | NotAccepted) -> None:
    draft.add(fact)
    if not draft.case.plan.reopen_window and not draft.case.open_parts():
        draft.add(Archived())
