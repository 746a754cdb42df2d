"""`decide`: from a case, a command and a moment to the events that follow."""

from dataclasses import dataclass
from datetime import datetime

from domain.case.access import shut_out
from domain.case.campaigns import decide as campaigns
from domain.case.citizen import decide as citizen
from domain.case.closing import decide as closing
from domain.case.commands import Command
from domain.case.dispatch import decide as dispatch
from domain.case.draft import Decisions, Draft, Refused
from domain.case.escalation import decide as escalation
from domain.case.escalation.acts import Ring
from domain.case.events import CommandRefused, Event
from domain.case.folders import decide as folders
from domain.case.handling import decide as handling
from domain.case.inspections import decide as inspections
from domain.case.joint_work import decide as joint_work
from domain.case.look_backs import decide as look_backs
from domain.case.made_up import make_up
from domain.case.merging import decide as merging
from domain.case.next_steps import with_next_step
from domain.case.notices import decide as notices
from domain.case.orders import decide as orders
from domain.case.parts import decide as parts
from domain.case.penalties import decide as penalties
from domain.case.permissions import forbidden
from domain.case.recorders import check_recorders
from domain.case.rectification import decide as rectification
from domain.case.refusals import Refusal
from domain.case.registration import decide as registration
from domain.case.registration.acts import Open
from domain.case.repinning import decide as repinning
from domain.case.requests import decide as requests
from domain.case.resources import decide as resources
from domain.case.retractions import decide as retractions
from domain.case.seats import seated
from domain.case.seen_files import note_seen
from domain.case.special_meetings import decide as special_meetings
from domain.case.state import Case
from domain.case.supervision import decide as supervision
from domain.case.suspension import decide as suspension
from domain.case.task_links import decide as task_links
from domain.case.task_links.acts import ReportByLink
from domain.case.tiers import decide as tiers
from domain.case.validation import in_words
from domain.case.watch import watch_again

DECISIONS: Decisions = {
    **campaigns.DECISIONS,
    **citizen.DECISIONS,
    **closing.DECISIONS,
    **dispatch.DECISIONS,
    **escalation.DECISIONS,
    **folders.DECISIONS,
    **handling.DECISIONS,
    **inspections.DECISIONS,
    **joint_work.DECISIONS,
    **look_backs.DECISIONS,
    **special_meetings.DECISIONS,
    **merging.DECISIONS,
    **notices.DECISIONS,
    **orders.DECISIONS,
    **parts.DECISIONS,
    **penalties.DECISIONS,
    **rectification.DECISIONS,
    **registration.DECISIONS,
    **repinning.DECISIONS,
    **requests.DECISIONS,
    **resources.DECISIONS,
    **retractions.DECISIONS,
    **supervision.DECISIONS,
    **suspension.DECISIONS,
    **task_links.DECISIONS,
    **tiers.DECISIONS,
}
"""Each act and what it leads to, from the topics."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`case` is the fold of `events` on the case before; no events: it was all done before."""

    case: Case
    events: tuple[Event, ...]


def decide(case: Case | None, command: Command, now: datetime) -> Decision:
    """What follows from a command. A refusal is an event too; nothing is skipped silently.

    A command id that the case has answered before has no second effect.
    """
    of_the_engine = isinstance(
        command.act, Open | Ring
    )  # its own ids cannot collide with a caller's
    if case is not None and not of_the_engine and case.answer(command.id) is not None:
        return Decision(case, ())
    if case is not None:
        command = seated(case, command)
    if case is not None and (no := shut_out(case, command)) is not None:
        return _refuse(case, command, now, *no)
    if case is not None and (no := forbidden(case, command)) is not None:
        refusal, detail = no
        return _refuse(case, command, now, refusal, with_next_step(case, command, detail, now))
    draft = Draft(case, command, now)
    try:
        if case is not None:
            in_words(draft)
            # What comes by a link is of its party only once the link is proved.
            if not isinstance(command.act, ReportByLink):
                note_seen(draft)
            check_recorders(draft)
        DECISIONS[type(command.act)](draft, command.act)
        make_up(draft, case)
        watch_again(draft, case)
        resources.free_ended(draft)
    except Refused as refused:
        # Of a refused command nothing stays, also where its first events were drafted already.
        before = Draft(case, command, now).case
        return _refuse(before, command, now, refused.refusal, refused.detail)
    return Decision(draft.case, tuple(draft.events))


def _refuse(case: Case, command: Command, now: datetime, refusal: Refusal, detail: str) -> Decision:
    draft = Draft(case, command, now)
    draft.add(CommandRefused(refusal=refusal, detail=detail))
    return Decision(draft.case, tuple(draft.events))
