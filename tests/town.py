"""The town that tests happen in, spelt out: its hours, clocks, ladders, limits and people.

Each builder takes what a test wants to be different and has plain values for everything else.
Nothing here is random and nothing reads a clock: `at` turns local wall time into an instant.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.people.rosters import ASKED, HOLDER, PARENT, Absence, Duty, Person, Recipient, Roster
from domain.planning.plans import ClockSpec, ServiceLevel
from domain.policy.part_rules import Default, PartKind, PartRule
from domain.sla.calendars import Calendar, Spans
from domain.sla.clocks import Cause, Clock, Extension, Measure, Pause
from domain.sla.ladders import Action, Ladder, Late, Rung
from domain.vocabulary import Role, Tier

ZONE = "Asia/Shanghai"


def at(wall: str, zone: str = ZONE) -> datetime:
    """Return the instant of a local wall time: `at("2026-07-03 17:30")`."""
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


OPENED = at("2026-07-01 08:00")
"""A Wednesday, at the very beginning of working hours, with no holiday for weeks."""

# --- Working time: Monday to Friday, 08:00 to 12:00 and 14:00 to 18:00.

WHOLE_DAY: Spans = ((8 * 60, 12 * 60), (14 * 60, 18 * 60))
MORNING: Spans = ((8 * 60, 12 * 60),)
OFF: Spans = ()
PLAIN_WEEK = (WHOLE_DAY,) * 5 + (OFF, OFF)
DAYS_OF_2026 = (
    (date(2026, 9, 20), WHOLE_DAY),  # a Sunday, worked for the National Day
    *((date(2026, 10, day), OFF) for day in range(1, 8)),  # Thursday to Wednesday
    (date(2026, 10, 10), WHOLE_DAY),  # a Saturday, worked for the same
    (date(2026, 12, 31), MORNING),  # a Thursday
)


def calendar(
    *,
    zone: str = ZONE,
    week: tuple[Spans, ...] = PLAIN_WEEK,
    exceptions: tuple[tuple[date, Spans], ...] = DAYS_OF_2026,
    published_until: date = date(2026, 12, 31),
) -> Calendar:
    return Calendar("town", zone, week, exceptions, published_until)


CALENDAR = calendar()


def clock(
    id_: str = "holder",
    *,
    started_at: datetime = OPENED,
    budget: timedelta = timedelta(hours=40),
    measure: Measure = Measure.WORKING,
    ladder: str = "holder",
    cap: datetime | None = None,
    extensions: tuple[Extension, ...] = (),
    pauses: tuple[Pause, ...] = (),
) -> Clock:
    return Clock(id_, ladder, started_at, budget, measure, cap, extensions, pauses)


def pause(since: str, until: str | None, cause: Cause = Cause.SUSPENDED) -> Pause:
    return Pause(at(since), cause, at(until) if until else None)


# --- Escalation: what a clock does when its time runs out.


def rung(
    id_: str,
    level: int = 1,
    action: Action = Action.URGE,
    *,
    share: int | None = None,
    after: timedelta | None = None,
    tell: tuple[Recipient, ...] = (Recipient(HOLDER, Role.UNIT_HEAD),),
    late: Late = Late.COLLAPSE,
) -> Rung:
    return Rung(id_, level, action, tell, late, share, after)


def ladder(id_: str, *rungs: Rung, grace: timedelta = timedelta(minutes=10)) -> Ladder:
    return Ladder(id_, rungs, grace)


TO_HANDLERS = (Recipient(HOLDER, Role.HANDLER),)
TO_PARENT = (Recipient(PARENT, Role.LEADER),)
TO_DISPATCHERS = (Recipient("platform", Role.DISPATCHER),)
TO_OFFICE = (Recipient("office", Role.SUPERVISOR),)

FIVE_LEVELS = ladder(
    "holder",
    rung("amber", 1, Action.WARN, share=80, tell=TO_HANDLERS, late=Late.RECORD),
    rung("red", 2, Action.URGE, share=100),
    rung("order", 3, Action.URGE_IN_WRITING, after=hours(8)),
    rung("up", 4, Action.TELL_UP, after=hours(24), tell=TO_PARENT),
    rung("raise", 5, Action.RAISE_TIER, after=hours(40), tell=TO_OFFICE, late=Late.FIRE),
)
"""L1 to L5: warn, urge, urge in writing, tell the next person up, raise the tier."""
PLATFORM_LADDER = ladder(
    "platform",
    rung("red", 2, share=100, tell=TO_DISPATCHERS),
    rung("up", 3, Action.TELL_UP, after=hours(8), tell=TO_OFFICE),
)
CITIZEN_LADDER = ladder(
    "citizen",
    rung("amber", 1, Action.WARN, share=80, tell=TO_DISPATCHERS),
    rung("red", 2, share=100, tell=TO_OFFICE),
)

PART_LADDER = ladder(
    "part",
    rung("asked", 0, Action.WARN, share=0, tell=(Recipient(ASKED, Role.HANDLER),), late=Late.FIRE),
    rung("amber", 1, Action.WARN, share=80, tell=(Recipient(ASKED, Role.UNIT_HEAD),)),
    rung("late", 2, share=100, tell=TO_OFFICE),
)
"""Whoever is asked hears of it at once."""

IN_HOURS = (Measure.WORKING, Measure.CONTINUOUS)
"""Measures by which what is left of a clock is its budget less what was used, in every random life.

Of working days a pause keeps the hours until the deadline: tests/unit/test_working_days.py.
"""

# --- Service levels: how many hours each clock has in each tier.

LIMITS = (
    # clock, ladder, direct, assign, supervise
    ("citizen", "citizen", (24, 64, 160)),
    ("accept", "platform", (1, 4, 4)),
    ("sign", "holder", (1, 4, 4)),
    ("first", "holder", (2, 8, 8)),
    ("holder", "holder", (8, 40, 120)),
    ("verify", "platform", (4, 8, 16)),
    ("callback", "platform", (8, 16, 16)),
    ("superior", "platform", (16, 16, 16)),
)


def levels(measure: Measure = Measure.WORKING) -> tuple[ServiceLevel, ...]:
    """Return limits for all tiers, so that a case can rise."""
    return tuple(
        ServiceLevel(
            tier,
            tuple(
                ClockSpec(name, hours(limits[tier.depth]), measure, climbs)
                for name, climbs, limits in LIMITS
            ),
        )
        for tier in Tier
    )


# --- Parts: how many of each a case may have, and how long whoever has the turn may take.


def part_rule(
    kind: PartKind,
    limit: int,
    amount: float,
    *,
    measure: Measure = Measure.WORKING,
    decider: Role | None = None,
    default: Default | None = None,
    then: float | None = None,
    longest: timedelta | None = None,
) -> PartRule:
    """Make the rule of a kind of part; `amount` and `then` are in hours."""
    after = None if then is None else hours(then)
    return PartRule(kind, limit, hours(amount), measure, "part", decider, default, after, longest)


def request(
    kind: PartKind,
    limit: int,
    amount: float,
    default: Default = Default.REFUSE,
    *,
    decider: Role = Role.SUPERVISOR,
    longest: timedelta | None = None,
) -> PartRule:
    """Make the rule of a request; `amount` is in working hours."""
    return part_rule(kind, limit, amount, decider=decider, default=default, longest=longest)


PART_RULES = (
    request(PartKind.RETURN, 1, 4, decider=Role.DISPATCHER),
    request(PartKind.RULING, 1, 4, Default.GRANT),
    request(PartKind.EXTENSION, 2, 8, longest=hours(40)),
    request(PartKind.SUSPENSION, 1, 8, longest=timedelta(days=366)),
    request(PartKind.REOPENING, 1, 8, Default.GRANT),
    request(PartKind.TIER_CHANGE, 2, 8),
    request(PartKind.DISSATISFACTION, 1, 16, decider=Role.LEADER),
    request(PartKind.EXEMPTION, 1, 16),
    request(PartKind.REFUSAL, 1, 8, Default.GRANT),
    request(PartKind.NO_FILING, 1, 8, Default.GRANT),
    part_rule(PartKind.CHECK, 3, 0.5, measure=Measure.CONTINUOUS),
    part_rule(PartKind.RECHECK, 1, 0.5, measure=Measure.CONTINUOUS),
    part_rule(PartKind.TASK, 20, 16),
    part_rule(PartKind.CONFERENCE, 3, 16),
    part_rule(PartKind.INVESTIGATION, 3, 40),
    part_rule(PartKind.INTERVIEW, 3, 16),
    part_rule(PartKind.COMMITMENT, 3, 16, then=16),
    part_rule(PartKind.RECTIFICATION, 3, 8, then=16, longest=timedelta(days=30)),
    part_rule(PartKind.INQUIRY, 2, 120),
    part_rule(PartKind.PENALTY, 2, 90 * 24, measure=Measure.CONTINUOUS, then=56),
    part_rule(PartKind.LETTER, 3, 8),
    part_rule(PartKind.URGE, 10, 4),
    part_rule(PartKind.JOINT_ACTION, 20, 80),
    request(PartKind.WITHDRAWAL, 2, 8),
    request(PartKind.SEPARATION, 2, 4, Default.GRANT, decider=Role.DISPATCHER),
)

# --- People: a town with a platform, an office, a squad and a water bureau.

UNITS = ("town", "platform", "office", "squad", "water")
PEOPLE = (
    Person("wu", "吴镇长", "town", (Role.LEADER,)),
    Person("zhou", "周督办", "office", (Role.SUPERVISOR,), deputies=("wu",)),
    Person("wang", "王调度", "platform", (Role.DISPATCHER,)),
    Person("qian", "钱核查", "platform", (Role.VERIFIER,)),
    Person("sun", "孙坐席", "platform", (Role.HOTLINE,)),
    Person("zhao", "赵队长", "squad", (Role.UNIT_HEAD,), deputies=("li",)),
    Person("li", "李队员", "squad", (Role.HANDLER,), deputies=("zhao",)),
    Person("xu", "徐协管", "squad", (Role.AUXILIARY,)),
    Person("feng", "冯局长", "water", (Role.UNIT_HEAD,)),
    Person("chen", "陈科员", "water", (Role.HANDLER,)),
)
PARENTS = tuple((unit, "town") for unit in UNITS if unit != "town")


def roster(
    *,
    people: tuple[Person, ...] = PEOPLE,
    last_resort: tuple[str, ...] = ("wu",),
    parents: tuple[tuple[str, str], ...] = PARENTS,
    duties: tuple[Duty, ...] = (),
    absences: tuple[Absence, ...] = (),
) -> Roster:
    return Roster(ZONE, people, last_resort, parents, duties, absences)
