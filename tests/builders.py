"""A complaint, its plan, its commands, and a case at any stage; the town is in tests/town.py."""

from collections.abc import Mapping
from datetime import datetime

from domain.calendars import Calendar
from domain.case import Case
from domain.clocks import Measure
from domain.commands import (
    ENGINE,
    Act,
    Actor,
    Callback,
    Close,
    Command,
    Comment,
    Dispatch,
    Lookup,
    Open,
    Progress,
    RaiseTier,
    Resolve,
    Resume,
    Return,
    Ring,
    Sign,
    Suspend,
    Triage,
    Verify,
    Withdraw,
)
from domain.complaints import Arrival, Complaint, Evidence, SuperiorOrder
from domain.decisions import Decision, decide
from domain.ladders import Ladder
from domain.plans import CasePlan
from domain.words import Channel, Role, Stage, Tier, Urgency
from tests.town import (
    CALENDAR,
    CITIZEN_LADDER,
    FIVE_LEVELS,
    OPENED,
    PLATFORM_LADDER,
    UNITS,
    at,
    hours,
    levels,
    roster,
)

ACTORS: Mapping[Role, Actor] = {
    Role.REPORTER: Actor("citizen-1", Role.REPORTER),
    Role.DISPATCHER: Actor("wang", Role.DISPATCHER, "platform"),
    Role.HANDLER: Actor("li", Role.HANDLER, "squad"),
    Role.UNIT_HEAD: Actor("zhao", Role.UNIT_HEAD, "squad"),
    Role.VERIFIER: Actor("qian", Role.VERIFIER, "platform"),
    Role.HOTLINE: Actor("sun", Role.HOTLINE, "platform"),
    Role.SUPERVISOR: Actor("zhou", Role.SUPERVISOR, "office"),
    Role.LEADER: Actor("wu", Role.LEADER, "town"),
    Role.ENGINE: ENGINE,
}
"""One of each role; handler and head are of the squad, which is where cases go."""
WATER_HANDLER = Actor("chen", Role.HANDLER, "water")

# --- A complaint and its plan.

OPEN_MATTER = Arrival()
PHOTO = Evidence("0" * 64, "s3://evidence/1.jpg", "image/jpeg")


def complaint(
    *,
    event_id: str = "731-1",
    channel: Channel = Channel.HOTLINE,
    reported_at: datetime = OPENED,
    category: str | None = "street-stalls",
    urgency: Urgency | None = None,
    superior: SuperiorOrder | None = None,
    standing: Arrival = OPEN_MATTER,
) -> Complaint:
    return Complaint(
        tenant="youchegang",
        source="https://12345.example/hotline",
        event_id=event_id,
        complaint_id="2026-000731",
        channel=channel,
        reported_at=reported_at,
        text="Stalls block the pavement before the school.",
        category=category,
        urgency=urgency,
        superior=superior,
        standing=standing,
    )


def plan(
    about: Complaint | None = None,
    *,
    tier: Tier = Tier.ASSIGN,
    holder: str | None = "squad",
    measure: Measure = Measure.WORKING,
    hours_of: Calendar = CALENDAR,
    ladders: tuple[Ladder, ...] = (CITIZEN_LADDER, PLATFORM_LADDER, FIVE_LEVELS),
    evidence: int = 1,
    callback: bool = True,
) -> CasePlan:
    """A plan with a holder; `holder=None` is one that a person must triage first."""
    about = about or complaint(category=None if holder is None else "street-stalls")
    return CasePlan(
        complaint=about,
        policy="sha256:town",
        tier=tier,
        urgency=about.urgency or Urgency.NORMAL,
        category=about.category,
        category_name="Street stalls" if about.category else "",
        holder=holder,
        calendar=hours_of,
        levels=levels(measure),
        ladders=ladders,
        choices=(),
        platform="platform",
        office="office",
        evidence=evidence,
        callback=callback,
        return_window=hours(8),
    )


# --- Commands: one usual form of each kind, and who usually gives it.

USUAL: Mapping[str, tuple[Act, Role]] = {
    "open": (Open(plan=plan()), Role.ENGINE),
    "triage": (Triage(category="street-stalls"), Role.DISPATCHER),
    "dispatch": (Dispatch(unit="squad"), Role.DISPATCHER),
    "sign": (Sign(), Role.HANDLER),
    "progress": (Progress(note="We talked to the owners."), Role.HANDLER),
    "return": (Return(reason="The pavement is the water bureau's."), Role.HANDLER),
    "resolve": (Resolve(result="The stalls are gone.", evidence=(PHOTO,)), Role.HANDLER),
    "verify": (Verify(passed=True), Role.VERIFIER),
    "close": (Close(callback=Callback.SATISFIED), Role.HOTLINE),
    "raise_tier": (RaiseTier(to=Tier.SUPERVISE, reason="Three bureaus."), Role.SUPERVISOR),
    "withdraw": (Withdraw(reason="Solved by itself."), Role.REPORTER),
    "comment": (Comment(text="Still there this morning."), Role.REPORTER),
    "suspend": (Suspend(reason="Frost.", until=at("2026-08-03 08:00")), Role.SUPERVISOR),
    "resume": (Resume(reason="Thaw."), Role.SUPERVISOR),
    "ring": (Ring(), Role.ENGINE),
}
LOOKUP = Lookup(roster=roster(), plan=plan(), units=UNITS)
"""What the engine finds when it looks: everybody at home, every unit known."""


def give(
    case: Case | None,
    act: Act | str,
    when: datetime,
    *,
    by: Actor | None = None,
    id_: str | None = None,
    lookup: Lookup = LOOKUP,
) -> Decision:
    """Decide one command: an act, or the usual one of a kind; by whoever usually gives it."""
    given = USUAL[act][0] if isinstance(act, str) else act
    actor = by or ACTORS[USUAL[given.kind][1]]
    name = id_ or f"{given.kind}-{case.seq if case else 0}"
    return decide(case, Command(name, actor, given, lookup), when)


def opened(pinned: CasePlan | None = None, when: datetime = OPENED) -> Case:
    return give(None, Open(plan=pinned or plan()), when).case


WAYS: Mapping[Stage, tuple[str, ...]] = {
    Stage.RECEIVED: (),
    Stage.TRIAGED: ("return",),
    Stage.DISPATCHED: (),
    Stage.SIGNED: ("sign",),
    Stage.IN_PROGRESS: ("sign", "progress"),
    Stage.RESOLVED: ("sign", "resolve"),
    Stage.VERIFIED: ("sign", "resolve", "verify"),
    Stage.CLOSED: ("sign", "resolve", "verify", "close"),
    Stage.WITHDRAWN: ("withdraw",),
}
"""By which commands an opened case comes to a stage."""


def case_at(stage: Stage, *, pinned: CasePlan | None = None, when: datetime = OPENED) -> Case:
    """A case brought to a stage by real commands, all at the same moment."""
    if pinned is None:
        pinned = plan(holder=None if stage is Stage.RECEIVED else "squad")
    case = opened(pinned, when)
    for kind in WAYS[stage]:
        case = give(case, kind, when).case
    if case.stage is not stage:
        raise AssertionError(f"{WAYS[stage]} leads to {case.stage}, not to {stage}")
    return case
