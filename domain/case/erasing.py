"""When a person may be erased from a case, and that such a case is not handled again.

Who handles a case needs what its citizen said. So nothing is erased before the case has ended and
no request waits that could open it again, and a case without words is not reopened.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.case.citizen.acts import Rate
from domain.case.commands import Command
from domain.case.draft import Draft, Refused
from domain.case.events import CommandRefused, Event
from domain.case.look_backs.acts import LookBack
from domain.case.refusals import Refusal
from domain.case.requests.acts import AskReopening
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.case.town_time import town_time
from domain.vocabulary import ENDED_STAGES, Callback, Stage


@dataclass(frozen=True, slots=True)
class NotEnded:
    """Why a case is not erased yet, and what ends that."""

    why: str
    do: str


def not_ended(case: Case) -> NotEnded | None:
    """Return why the case is not erased yet; None if it may be."""
    if case.stage is Stage.MERGED:
        leader = case.merged_into
        return NotEnded(f"follows {leader}, which has not ended", f"erase it when {leader} ends")
    if case.stage not in ENDED_STAGES:
        promise = summarize(case).citizen_due
        by = f", promised by {town_time(case, promise)}" if promise else ""
        return NotEnded(
            f"is {case.stage}: who handles it needs what was said",
            f"erase it when it is closed, refused or withdrawn{by}; if nothing more is to be done, "
            f"`sanban cases act {case.case_id} withdraw` ends it",
        )
    for part in case.open_parts():
        if part.type.takes_up is not None:
            at = dict(summarize(case).deadlines).get(part.id)
            by = f", by {town_time(case, at)}" if at else ""
            return NotEnded(
                f"may be opened again: {part.id} waits for its answer",
                f"erase it when {part.id} is answered{by}",
            )
    return None


def acted_in(events: Iterable[Event]) -> frozenset[str]:
    """Return who did something in the case, and in whose place; a refused command did nothing.

    They do not erase what was said in it: with the words goes what their acts are judged by.
    """
    done = [each.actor for each in events if not isinstance(each.fact, CommandRefused)]
    return frozenset(id_ for actor in done for id_ in (actor.id, actor.for_person) if id_)


def asks_if_erased(case: Case, command: Command) -> bool:
    """Return whether the command may open the case again, from rules 3 on."""
    if not case.plan.follows(3) or case.stage is not Stage.CLOSED:
        return False
    match command.act:
        case AskReopening() | Rate(callback=Callback.UNSATISFIED) | LookBack(held=False):
            return True
        case _:
            return False


def kept_closed(draft: Draft) -> Refused | None:
    """Return why the case is not opened again: its time is over, or its words are erased."""
    if draft.command.lookup.erased:
        detail = "what was said in it is erased, so no one could handle it; file a new complaint"
        return Refused(Refusal.ERASED, detail)
    closed_at = draft.case.closed_at or draft.now
    if draft.now > closed_at + draft.case.plan.reopen_window:
        detail = "the time to reopen it is over; file a new complaint"
        return Refused(Refusal.TOO_LATE, detail)
    return None
