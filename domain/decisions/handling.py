"""The holder's work: sign, progress; and what anybody may add: a comment."""

from domain.commands import Comment, Progress, Sign
from domain.decisions.draft import Draft
from domain.events import Commented, Progressed, Signed


def sign(draft: Draft, act: Sign) -> None:
    draft.add(Signed())


def progress(draft: Draft, act: Progress) -> None:
    draft.add(Progressed(note=act.note, evidence=act.evidence))


def comment(draft: Draft, act: Comment) -> None:
    """A comment never moves a deadline."""
    draft.add(Commented(text=act.text))
