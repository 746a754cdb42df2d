"""What became of telling people is written down: no clock moves, and nothing follows from it."""

from domain.case.draft import Decisions, Draft
from domain.case.notices.acts import KeepNotice
from domain.case.notices.facts import Notified, Undelivered


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


DECISIONS: Decisions = {
    KeepNotice: keep,
}
