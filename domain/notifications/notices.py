"""From a rung that fired to the messages that are sent.

A *notice* is one person to be told of one rung of one case. A *message* is what is sent: one
notice, or a digest of many. The journal has the people whom a rung tells. How and when they are
notified follows the newest policy, like the roster, and is not pinned with the case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from domain.case.escalation.facts import RungReached
from domain.case.events import Event
from domain.case.state import Case
from domain.people.rosters import find_people
from domain.policy.model import Policy
from domain.policy.notice_rules import NoticeRules
from domain.sla.calendars import Calendar
from domain.sla.case_clocks import BEFORE_UNIT
from domain.sla.clocks import due
from domain.sla.ladders import Action
from domain.vocabulary import Urgency

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
HOUR = timedelta(hours=1)
PATROL = "patrol"
"""What stands in a notice of a patrol for the clock of a case."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One person to be told of the rung in journal row `row`. Nothing in it is about a citizen.

    One with `grids` is of a patrol instead: `case_id` is its id, `unit` patrols, the grids have no
    pass, and it ended at `due_at`.

    `unit` holds the case. `due_at` is None while the clock is paused; `provisional`: it counts days
    whose holidays are not published yet. `attempts` counts the attempts so far; the first was at
    `tried_at`.
    """

    case_id: str
    row: int
    person: str
    tenant: str
    at: datetime
    action: Action
    level: int
    clock: str
    urgency: Urgency
    unit: str
    category: str | None = None
    due_at: datetime | None = None
    provisional: bool = False
    attempts: int = 0
    tried_at: datetime | None = None
    grids: tuple[str, ...] = ()

    @property
    def is_of_patrol(self) -> bool:
        return bool(self.grids)

    @property
    def is_critical(self) -> bool:
        return self.urgency is Urgency.CRITICAL

    @property
    def id(self) -> str:
        """The same for the same rung and person, however often the notice is sent."""
        return f"{self.case_id}/{self.row}/{self.person}"


def notices(case: Case, event: Event) -> tuple[Notice, ...]:
    """Return the notices that follow from an event; `case` is the case after the event."""
    fact = event.fact
    if not isinstance(fact, RungReached):
        return ()
    clock = case.clock(fact.clock)
    deadline = due(clock, case.plan.calendar) if clock is not None else None
    return tuple(
        Notice(
            case_id=case.case_id,
            row=event.seq,
            person=told.person,
            tenant=case.plan.complaint.tenant,
            at=event.at,
            action=fact.action,
            level=fact.level,
            clock=fact.clock,
            urgency=_urgency(case, fact.clock),
            unit=case.holder or case.plan.platform,
            category=case.plan.category,
            due_at=deadline.at if deadline is not None else None,
            provisional=deadline is not None and deadline.provisional,
        )
        for told in fact.told
    )


def _urgency(case: Case, clock: str) -> Urgency:
    """Return that of the case; what a person has to look at soon waits for no morning."""
    soon = clock in BEFORE_UNIT and case.plan.hurry is not None
    return Urgency.CRITICAL if soon else case.plan.urgency


@dataclass(frozen=True, slots=True)
class MissedPatrol:
    """`grids` had no pass when the patrol of `unit` closed."""

    tenant: str
    patrol: str
    unit: str
    closed_at: datetime
    grids: tuple[str, ...]


def notices_of_missed(policy: Policy, missed: MissedPatrol, now: datetime) -> tuple[Notice, ...]:
    """Return the notices of a patrol that was missed, to the people that patrols.yaml names.

    Where no person has a role, the last resort of the roster is told, as of a rung.
    """
    rules = policy.patrols
    if rules is None or not rules.missed:
        return ()
    found = find_people(policy.roster, [rules.missed], missed.unit, now)
    return tuple(
        Notice(
            case_id=missed.patrol,
            row=0,
            person=told.person,
            tenant=policy.tenant,
            at=now,
            action=Action.WARN,
            level=1,
            clock=PATROL,
            urgency=Urgency.NORMAL,
            unit=missed.unit,
            due_at=missed.closed_at,
            grids=missed.grids,
        )
        for told in found.told
    )


Message = tuple[Notice, ...]
"""What is sent at once; several notices are a digest."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is sent to a person now. The `resting` notices wait until `until`."""

    messages: tuple[Message, ...] = ()
    resting: tuple[Notice, ...] = ()
    until: datetime | None = None


def outgoing(
    waiting: Sequence[Notice],
    sent: Sequence[datetime],
    rules: NoticeRules,
    zone: str,
    now: datetime,
) -> Outgoing:
    """Decide what one person gets now.

    `sent`: when earlier messages were sent, at least those of the last hour. Notices of critical
    cases never wait; the others respect quiet hours and the limit per hour.
    """
    critical = tuple(notice for notice in waiting if notice.is_critical)
    others = tuple(notice for notice in waiting if not notice.is_critical)
    # Critical notices are not limited, but so many at once that they pass the limit are one digest.
    urgent = _messages(critical, room=rules.an_hour + 1)
    if not others:
        return Outgoing(urgent)
    wakes = awake_at(rules.quiet, zone, now)
    if wakes > now:
        return Outgoing(urgent, others, wakes)
    lately = sorted(at for at in sent if at > now - HOUR)
    room = rules.an_hour - len(lately)
    if room <= 0:
        return Outgoing(urgent, others, lately[-rules.an_hour] + HOUR)
    return Outgoing(urgent + _messages(others, room))


def _messages(notices: Sequence[Notice], room: int) -> tuple[Message, ...]:
    """One message for each notice while there is room; else, or after a failure, one digest."""
    failed = any(notice.attempts for notice in notices)
    if len(notices) > 1 and (failed or len(notices) >= room):
        return (tuple(notices),)
    return tuple((notice,) for notice in notices)


def awake_at(quiet: tuple[int, int] | None, zone: str, now: datetime) -> datetime:
    """Return `now`, or the end of the quiet hours if `now` lies in them."""
    if quiet is None:
        return now
    begins, ends = quiet
    # The hours of a calendar are exact also in the nights in which the clocks change.
    awake = ((ends, begins),) if begins > ends else ((0, begins), (ends, 24 * 60))
    spans = tuple((first, last) for first, last in awake if first < last)
    return Calendar("awake", zone, (spans,) * 7, (), date.max).opens(now)


def pause_after(attempts: int) -> timedelta:
    """Return the pause before the next attempt: doubled after each failure, ten minutes at most."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 20)), LONGEST_PAUSE)


def is_given_up(notice: Notice, rules: NoticeRules, now: datetime) -> bool:
    """Return True if the first attempt is too long ago for another one."""
    return notice.tried_at is not None and now - notice.tried_at >= rules.give_up_after


def message_id(message: Message) -> str:
    """Return an id that is the same for the same notices, so that a receiver can drop repeats."""
    first = message[0]
    if len(message) == 1:
        return first.id
    names = "\n".join(sorted(notice.id for notice in message))
    return f"digest/{sha256(names.encode()).hexdigest()[:16]}/{first.person}"
