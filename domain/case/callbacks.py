"""Who may ask the citizen, and how many calls count as not reached (回访)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.case.calling import CALLS, CALLS_APART
from domain.case.draft import Draft, Refused
from domain.case.permissions import belongs_to
from domain.case.refusals import Refusal
from domain.case.stand_ins import by_another, is_one_of, no_stand_in_of_one
from domain.case.validation import wordless
from domain.privacy.sealed import says_nothing
from domain.sla.calling_hours import CALLING_HOURS, calling_hours
from domain.sla.case_clocks import CALLBACK
from domain.sla.clocks import EVERY_DAY, Measure, due
from domain.vocabulary import Callback, Role

CALL_DAYS = 2
"""On how many days at least: three calls in an hour reach no more people than one."""
CONTENT = frozenset({Callback.SATISFIED, Callback.BASICALLY_SATISFIED})
"""What a citizen says who is content."""


def may_ask(draft: Draft) -> None:
    """Raises Refused for a person who resolved the case, is of the unit that did, or signed that
    the result holds: one seat does not both verify and say how content the citizen is.

    The platform calls the citizens of its own cases: there another of its people may.
    """
    case, actor = draft.case, draft.command.actor
    if not case.plan.follows(2):
        return
    ours = case.holder != case.plan.platform and belongs_to(draft.command, case.holder)
    if actor.id == case.resolved_by or (ours and case.resolved_by is not None):
        detail = "a person of the unit that resolved the case does not say how content the citizen"
        raise Refused(Refusal.SAME_PERSON, f"{detail} is; ask another")
    detail = f"{actor.id} verified the result, so another person records what the citizen says of "
    by_another(draft, *case.signatures, detail=f"{detail}it")
    no_stand_in_of_one(draft, case.resolved_by)


def as_said(draft: Draft, callback: Callback, note: str = "") -> None:
    """Raises Refused for a better answer than what the citizen has said of this result himself, and
    for a wish to hear nothing that no one can have heard of.

    A person who calls closes with that, or has the work done again; another word is the citizen's.
    """
    case, said = draft.case, draft.case.own_word
    wants_none = callback is Callback.NO_REPLY_WANTED and case.plan.follows(2)
    if wants_none and case.dissatisfied:
        detail = "the citizen was not satisfied before, so call, or say not_reached"
        raise Refused(Refusal.ALREADY_SAID, detail)
    unheard = said is None and case.plan.complaint.reply_wanted and wordless(draft, note)
    if wants_none and unheard:
        detail = "the complaint says that a reply is wanted; say with `note` when and how the "
        raise Refused(Refusal.REASON_NEEDED, f"{detail}citizen said otherwise, or call")
    if said is None or not case.plan.follows(2) or draft.command.actor.role is Role.REPORTER:
        return
    if callback is Callback.UNSATISFIED or callback is said:
        return
    if said is Callback.UNSATISFIED and callback is Callback.EXPLAINED:
        return
    ways = f"close it with {said}" + (
        ", or a supervisor rules: explained" if said is Callback.UNSATISFIED else ""
    )
    detail = f"the citizen said himself of this result: {said}; {ways}; if he says otherwise now, "
    raise Refused(Refusal.ALREADY_SAID, f"{detail}his source sends it (rated)")


def was_reached(draft: Draft, callback: Callback, note: str, *, called: bool) -> None:
    """Raises Refused, from rules 3 on, for a good word from who recorded that the citizen was not
    reached, unless they say how he was then; once no call is due, in any case. So for who
    recorded that he wants no reply.

    `called`: a call is due, and this is what it brought.
    """
    case, actor = draft.case, draft.command.actor
    person = actor.role is not Role.REPORTER
    if not (person and case.plan.follows(3) and callback in CONTENT):
        return
    detail = f"{actor.id} recorded that the citizen wants no reply; another person records "
    by_another(draft, case.unasked_by, detail=f"{detail}{callback}, or his source (rated)")
    if not is_one_of(draft, *case.tried_by):
        return
    if not called:
        detail = (
            f"{actor.id} recorded that the citizen was not reached; another person who reached "
        )
        raise Refused(Refusal.SAME_PERSON, f"{detail}him records {callback}, or his source (rated)")
    if wordless(draft, note):
        detail = f"{actor.id} recorded that the citizen was not reached; say with `note` when and "
        raise Refused(Refusal.REASON_NEEDED, f"{detail}how he was reached since")


def lacks_why(callback: str, note: str) -> bool:
    """Return whether a person records that the citizen is not satisfied, and not with what: the
    unit that handles the case again would not know what to do. Forms and terminals ask for it.
    """
    return callback == Callback.UNSATISFIED and says_nothing(note)


def says_with_what(draft: Draft, callback: Callback, note: str) -> None:
    """Raises Refused, from rules 3 on, for a person who records without a word that the citizen is
    not satisfied. A citizen's own word is taken as it comes, and asked about (`is_asked_about`).
    """
    person = draft.command.actor.role is not Role.REPORTER
    if person and draft.case.plan.follows(3) and lacks_why(callback, note):
        detail = "say with `note` with what the citizen is not satisfied: the unit that handles it "
        raise Refused(Refusal.REASON_NEEDED, f"{detail}again has to know; if he said no more, ask")


def is_asked_about(draft: Draft, callback: Callback, note: str) -> bool:
    """Return whether the citizen said himself that he is not satisfied, and not with what. From
    rules 3 on who calls the citizens asks, and closes the case with what is answered.
    """
    himself = draft.command.actor.role is Role.REPORTER
    return himself and draft.case.plan.follows(3) and lacks_why(callback, note)


def waits_for_another(draft: Draft) -> bool:
    """Return True where the word that the citizen wants no reply waits for another person.

    It would take the place of all the calls. One person's word for it is enough only where the
    complaint says it, and before the first try. Raises Refused for the same person's second word.
    """
    case, actor = draft.case, draft.command.actor
    said_so = not case.plan.complaint.reply_wanted and not case.tried
    if not case.plan.follows(3) or said_so:
        return False
    detail = f"{actor.id} recorded that the citizen wants no reply; another person closes with it, "
    by_another(draft, case.unasked_by, detail=f"{detail}or call")
    return case.unasked_by is None


def was_dissatisfied(draft: Draft, note: str) -> None:
    """Raises Refused for a ruling that the citizen has no cause where no citizen has said that he
    is not satisfied, without a reason, and from the person who recorded that word.

    It is no answer for a citizen who was called and not reached: that takes all the calls.
    """
    case = draft.case
    if not case.plan.follows(3):
        return
    himself = case.own_word is Callback.UNSATISFIED
    if not himself and (not case.dissatisfied or case.tried):
        why = "the citizen was not reached" if case.tried else "no word that he is not satisfied"
        detail = f"explained answers a citizen who is not satisfied, and here: {why}; call, and "
        raise Refused(Refusal.WRONG_STEP, f"{detail}close with what is said, or with not_reached")
    if not himself:
        detail = f"{case.dissatisfied_by} recorded that the citizen is not satisfied; another rules"
        by_another(draft, case.dissatisfied_by, detail=detail)
    if wordless(draft, note):
        detail = "say with `note` why the citizen has no cause not to be satisfied"
        raise Refused(Refusal.REASON_NEEDED, detail)


def is_called_again(draft: Draft) -> bool:
    """Return True until the citizen was called often enough, and not all on one day."""
    case = draft.case
    if not case.plan.follows(2):
        return case.calls + 1 < CALLS
    tries = _by_day(draft, *case.tried, draft.now)
    clock, days = case.clock(CALLBACK), {at.date() for at in tries}
    if clock is None or clock.measure not in EVERY_DAY:
        days = {day for day in days if case.plan.calendar.hours_on(day)}
    return len(tries) < CALLS or len(days) < CALL_DAYS


def _by_day(draft: Draft, *calls: datetime) -> list[datetime]:
    """Return the calls that count, in the town's time: those within the hours for calling, and from
    rules 3 on, those that came some time after the one before that counts.
    """
    zone = ZoneInfo(draft.case.plan.calendar.zone)
    counted: list[datetime] = []
    for at in calls:
        too_soon = counted and at.astimezone(UTC) - counted[-1].astimezone(UTC) < CALLS_APART
        if (local := at.astimezone(zone)).hour not in CALLING_HOURS:
            continue
        if not (too_soon and draft.case.plan.follows(3)):
            counted.append(local)
    return counted


def more_time_to_call(draft: Draft) -> timedelta | None:
    """Return the same time again after the first call that counts: the others come later.

    Where each day counts, it reaches into the hours for calling of the next day: a call has to see
    them.
    """
    case, clock = draft.case, draft.case.clock(CALLBACK)
    if not case.plan.follows(2) or clock is None or not clock.is_running:
        return None
    if not _by_day(draft, draft.now) or _by_day(draft, *case.tried):
        return None
    deadline = due(clock, case.plan.calendar)
    if clock.measure not in EVERY_DAY or deadline is None:
        return clock.budget
    hours = calling_hours(case.plan.calendar.zone)
    today = draft.now.astimezone(ZoneInfo(hours.zone)).date()
    night = hours.instant(today, timedelta(hours=CALLING_HOURS.stop))
    end = hours.advance(night, clock.budget)
    calling = clock.measure is Measure.CALLING
    return max(clock.budget, hours.elapsed(deadline.at, end) if calling else end - deadline.at)
