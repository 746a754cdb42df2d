"""What became of telling people is written down: no clock moves, and nothing follows from it."""

from domain.case.acts.notices import KeepNotice
from domain.case.decisions.draft import Draft
from domain.case.facts.notices import Notified, Undelivered


def keep(draft: Draft, act: KeepNotice) -> None:
    if act.failure is None:
        draft.add(
            Notified(row=act.row, person=act.person, attempts=act.attempts, channel=act.channel)
        )
    else:
        draft.add(
            Undelivered(
                row=act.row,
                person=act.person,
                attempts=act.attempts,
                because=act.failure,
                final=act.final,
            )
        )
