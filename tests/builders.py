"""A complaint, its plan, its commands, and a case at any stage; the town is in tests/town.py."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from domain.case.closing.acts import Resolve
from domain.case.commands import ENGINE, Act, Actor, Command, Lookup, OtherCase
from domain.case.decide import Decision, decide
from domain.case.merging.acts import Join
from domain.case.registration.acts import Open
from domain.case.requests.acts import Answer
from domain.case.state import Case
from domain.complaints import Arrival, Complaint, Evidence, SuperiorOrder
from domain.planning.plans import RULES, CasePlan
from domain.policy.part_rules import PartKind, PartRule
from domain.policy.resources import UnreservedFile
from domain.policy.standards import Standard
from domain.sla.calendars import Calendar
from domain.sla.clocks import Measure
from domain.sla.ladders import Ladder
from domain.vocabulary import Channel, Role, Stage, Tier, Urgency
from tests import acts
from tests.acts import ACTS, OTHER_CASE
from tests.resources import LEDGER
from tests.town import (
    CALENDAR,
    CITIZEN_LADDER,
    FIVE_LEVELS,
    OPENED,
    PART_LADDER,
    PART_RULES,
    PEOPLE,
    PLATFORM_LADDER,
    UNITS,
    hours,
    levels,
    roster,
)

ACTORS: Mapping[Role, Actor] = {
    Role.REPORTER: Actor("citizen-1", Role.REPORTER),
    Role.DISPATCHER: Actor("wang", Role.DISPATCHER, "platform"),
    Role.HANDLER: Actor("li", Role.HANDLER, "squad"),
    Role.AUXILIARY: Actor("xu", Role.AUXILIARY, "squad"),
    Role.UNIT_HEAD: Actor("zhao", Role.UNIT_HEAD, "squad"),
    Role.VERIFIER: Actor("qian", Role.VERIFIER, "platform"),
    Role.HOTLINE: Actor("sun", Role.HOTLINE, "platform"),
    Role.SUPERVISOR: Actor("zhou", Role.SUPERVISOR, "office"),
    Role.LEADER: Actor("wu", Role.LEADER, "town"),
    Role.SUPERIOR: Actor("city", Role.SUPERIOR),
    Role.ENGINE: ENGINE,
    Role.OUTSIDE: Actor("link of task-1", Role.OUTSIDE, "water"),
    Role.OPERATOR: Actor("feng", Role.OPERATOR, "platform"),
    Role.AUDITOR: Actor("chu", Role.AUDITOR, "office"),
}
"""One of each role; those who handle are of the squad, where cases go."""
WATER_HANDLER = Actor("chen", Role.HANDLER, "water")

# --- A complaint and its plan.

OPEN_MATTER = Arrival()
PHOTO = acts.PHOTO
PAIR = (acts.BEFORE, acts.PHOTO)
"""What a patrol shows of what it settled on the spot."""


def complaint(
    *,
    event_id: str = "731-1",
    channel: Channel = Channel.HOTLINE,
    reported_at: datetime = OPENED,
    category: str | None = "street-stalls",
    urgency: Urgency | None = None,
    superior: SuperiorOrder | None = None,
    standing: Arrival = OPEN_MATTER,
    evidence: tuple[Evidence, ...] = (),
    reply_wanted: bool = True,
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
        evidence=evidence,
        reply_wanted=reply_wanted,
    )


def swept(result: str = "Swept at once by the patrol.") -> Complaint:
    """Return what a patrol reports as settled on the spot, with a picture before and one after."""
    return complaint(
        channel=Channel.PATROL,
        standing=Arrival(result=result),
        evidence=PAIR,
        reply_wanted=False,
    )


def _with_parts(ladders: tuple[Ladder, ...]) -> tuple[Ladder, ...]:
    """Add the ladder of parts: a plan has every ladder that its parts climb."""
    named = {each.id for each in ladders}
    return ladders if PART_LADDER.id in named else (*ladders, PART_LADDER)


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
    parts: tuple[PartRule, ...] = PART_RULES,
    reopen_window: timedelta = timedelta(days=30),
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
        ladders=_with_parts(ladders),
        choices=(),
        platform="platform",
        office="office",
        evidence=evidence,
        callback=callback,
        return_window=hours(8),
        reopen_window=reopen_window,
        parts=parts,
        rules=RULES,
    )


# --- Commands: one usual form of each kind, and who usually gives it.


class _Usual(dict[str, tuple[Act, Role]]):
    def __missing__(self, kind: str) -> tuple[Act, Role]:
        raise KeyError(
            f"{kind}: add a row to tests/acts.py (tests/unit/README.md, Adding a command)"
        )


USUAL: Mapping[str, tuple[Act, Role]] = _Usual(open=(Open(plan=plan()), Role.ENGINE), **ACTS)
LOOKUP = Lookup(
    roster=roster(),
    plan=replace(plan(), standard=Standard("loose", "It rattles.")),
    units=UNITS,
    officers=("li", "zhao", "chen", "feng"),
    other=OtherCase(OTHER_CASE, Stage.SIGNED, category="street-stalls"),
    campaigns=("demolition",),
    cases=(OTHER_CASE, "abcde-fghjk-mnpqr"),
    certified=tuple((id_, "department") for id_ in ("li", "zhao", "chen", "feng")),
    speakers=tuple((person.unit, person.id) for person in PEOPLE),
    resources=LEDGER.resources,
    unreserved_files=UnreservedFile.FLAG,
)
"""What the engine finds when it looks: everybody at home, every unit known, the other case open."""


def give(
    case: Case | None,
    act: Act | str,
    when: datetime,
    *,
    by: Actor | None = None,
    id_: str | None = None,
    lookup: Lookup = LOOKUP,
) -> Decision:
    """Decide one command: an act, or the usual one of a kind, by who usually gives it."""
    given = usual(case, act) if isinstance(act, str) else act
    actor = by or ACTORS[USUAL[given.kind][1]]
    name = id_ or f"{given.kind}-{case.seq if case else 0}"
    return decide(case, Command(name, actor, given, lookup), when)


def usual(case: Case | None, kind: str) -> Act:
    """Return the usual act of a kind.

    A result that did not hold, or was asked for with the usual picture, is proved by another one.
    """
    act = USUAL[kind][0]
    if not isinstance(act, Resolve) or case is None:
        return act
    asked = [file for part in case.parts for file in part.attached]
    if number := len(case.outdated) + len(asked):
        return replace(act, evidence=(replace(PHOTO, sha256=f"{number:064x}"),))
    return act


def opened(pinned: CasePlan | None = None, when: datetime = OPENED) -> Case:
    return give(None, Open(plan=pinned or plan()), when).case


WAYS: Mapping[Stage, tuple[str, ...]] = {
    Stage.RECEIVED: (),
    Stage.TRIAGED: ("return", "answer"),
    Stage.DISPATCHED: (),
    Stage.SIGNED: ("sign",),
    Stage.IN_PROGRESS: ("sign", "progress"),
    Stage.RESOLVED: ("sign", "resolve"),
    Stage.VERIFIED: ("sign", "resolve", "verify"),
    Stage.REPORTED: ("sign", "resolve", "verify", "close"),
    Stage.CLOSED: ("sign", "resolve", "verify", "close"),
    Stage.REFUSED: ("refuse",),
    Stage.MERGED: ("merge",),
    Stage.ARCHIVED: ("sign", "resolve", "verify", "close"),
    Stage.WITHDRAWN: ("withdraw",),
}
"""By which commands an opened case comes to a stage, and in supervise with a second signature."""
ORDER = SuperiorOrder("2026-13", "city")


def plan_for(stage: Stage, tier: Tier = Tier.ASSIGN) -> CasePlan:
    """Return a plan under which `WAYS` leads to the stage."""
    untriaged = stage in {Stage.RECEIVED, Stage.REFUSED}
    about = complaint(
        category=None if untriaged else "street-stalls",
        superior=ORDER if stage is Stage.REPORTED else None,
    )
    pinned = plan(about, tier=tier, holder=None if untriaged else "squad")
    if stage is Stage.REFUSED:
        return replace(pinned, callback=False)  # refused at once, and reviewed
    if stage is not Stage.ARCHIVED:
        return pinned
    return replace(pinned, reopen_window=timedelta(0))  # archived as soon as it is closed


def case_at(
    stage: Stage,
    *,
    pinned: CasePlan | None = None,
    tier: Tier = Tier.ASSIGN,
    when: datetime = OPENED,
) -> Case:
    """Bring a case to a stage by real commands, all at the same moment.

    With `pinned` the tier is the plan's.
    """
    case = opened(pinned or plan_for(stage, tier), when)
    for kind in WAYS[stage]:
        office = kind == "refuse" and case.tier is Tier.SUPERVISE
        by = ACTORS[Role.SUPERVISOR] if office else None
        case = give(case, kind, when, by=by).case
        if asked := case.open_parts(PartKind.WITHDRAWAL):
            agreed = Answer(part=asked[0].id, granted=True, reason="So be it.")
            case = give(case, agreed, when, by=ACTORS[Role.SUPERVISOR]).case
        if case.signatures and case.stage is Stage.RESOLVED:
            case = give(case, kind, when, by=ACTORS[Role.LEADER], id_="second signature").case
    if case.stage is not stage:
        raise AssertionError(f"{WAYS[stage]} leads to {case.stage}, not to {stage}")
    return case


def deadline_moved() -> Decision:
    """The promise of a case that had joined passes: this case is pressed by its own again."""
    case = give(opened(), Join(case=OTHER_CASE, due_at=OPENED + hours(1)), OPENED).case
    return give(case, "ring", OPENED + hours(2))
