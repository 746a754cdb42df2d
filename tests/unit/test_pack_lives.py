"""The same lives under every shipped pack: what differs between towns is data alone."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.case.closing.acts import Close, Resolve, Verify, WriteOff
from domain.case.commands import ENGINE, Actor, Command, HumanAct, Lookup
from domain.case.decide import decide
from domain.case.dispatch.acts import Return
from domain.case.escalation.acts import Ring
from domain.case.escalation.facts import RungReached
from domain.case.events import CommandRefused
from domain.case.forecasts import forecast
from domain.case.handling.acts import Progress, Sign
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import Convene, Hold, Report, Resolution
from domain.case.rectification.acts import OrderRectification, Serve
from domain.case.registration.acts import Open, Triage
from domain.case.requests.acts import Answer, AskExtension
from domain.case.state import Case
from domain.case.supervision.acts import Appoint
from domain.complaints import Complaint, Evidence, SuperiorOrder
from domain.people.rosters import posts_of
from domain.planning.planner import plan, plan_after_triage
from domain.planning.plans import CasePlan
from domain.policy.model import Policy
from domain.policy.part_rules import PartKind
from domain.vocabulary import Callback, Channel, Role, Stage, Tier, Urgency
from packs import shipped_packs
from runtime.wiring.packs import HOLIDAYS
from store.packs.loader import load_pack
from tests.acts import attending, reported

REPORTED = datetime(2026, 11, 24, 2, tzinfo=UTC)  # a Tuesday at ten
PHOTO = Evidence("0" * 64, "s3://evidence/after.jpg", "image/jpeg")
SCAN, MINUTES, RECEIPT, CLEARED = (replace(PHOTO, sha256=each * 64) for each in "1234")
POLICIES = [load_pack(directory, HOLIDAYS) for directory in shipped_packs()]

every_pack = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.tenant)


def complaint(policy: Policy, category: str | None, **changes: object) -> Complaint:
    usual: dict[str, object] = {"channel": Channel.HOTLINE, "urgency": None} | changes
    return Complaint(
        tenant=policy.tenant,
        source="/test",
        event_id="1",
        complaint_id="1",
        reported_at=REPORTED,
        text="There it is again.",
        category=category,
        **usual,  # type: ignore[arg-type]
    )


def matter(policy: Policy, fits: Callable[[CasePlan], bool]) -> str:
    """The first category of the list whose plan is such."""
    return next(c.id for c in policy.categories if fits(plan(policy, complaint(policy, c.id))))


def of_tier(policy: Policy, tier: Tier) -> str:
    held_above = {None, policy.platform, policy.office}

    def fits(decided: CasePlan) -> bool:
        usual = decided.urgency in {Urgency.NORMAL, Urgency.COMPLEX}
        return decided.tier is tier and usual and decided.holder not in held_above

    return matter(policy, fits)


@dataclass
class Life:
    """One case, minute by minute; whoever is first in the roster for a role in a unit acts."""

    policy: Policy
    about: Complaint
    now: datetime = REPORTED
    case: Case = field(init=False)
    plan: CasePlan | None = None

    def __post_init__(self) -> None:
        opening = Command("open", ENGINE, Open(plan=plan(self.policy, self.about)))
        self.case = decide(None, opening, self.now).case

    def does(self, act: HumanAct, role: Role, unit: str | None = None, number: int = 0) -> None:
        where = unit or self.case.holder
        people = [p for p in self.policy.roster.people if role in p.roles]
        found = [p for p in people if p.unit == where or (unit is None and not self._holds(role))]
        who = found[number % len(found)]
        actor = Actor(who.id, role, who.unit)
        self._decided(Command(f"c{self.case.seq}", actor, act, self._sees()))

    def rings(self, after: timedelta) -> None:
        self.now += after
        self._decided(Command(f"r{self.case.seq}", ENGINE, Ring(), self._sees()))

    def parts(self, kind: PartKind) -> list[str]:
        return [part.id for part in self.case.open_parts(kind)]

    def _holds(self, role: Role) -> bool:
        return role in {Role.HANDLER, Role.UNIT_HEAD}

    def _sees(self) -> Lookup:
        people, units = self.policy.roster.people, tuple(unit.id for unit in self.policy.units)
        return Lookup(
            roster=self.policy.roster,
            plan=self.plan,
            units=units,
            assistants=tuple(id_ for id_ in units if not self.policy.may_lead(id_, Tier.ASSIGN)),
            officers=tuple(person.id for person in people if Role.HANDLER in person.roles),
            kinds=self.policy.roster.kinds,
            posts=posts_of(self.policy.roster),
            speakers=tuple((person.unit, person.id) for person in people),
        )

    def _decided(self, command: Command) -> None:
        self.now += timedelta(minutes=1)
        decision = decide(self.case, command, self.now)
        refused = [e.fact for e in decision.events if isinstance(e.fact, CommandRefused)]
        assert refused == []
        self.case = decision.case


def handled(life: Life) -> None:
    life.does(Sign(), Role.HANDLER)
    if life.case.tier is Tier.SUPERVISE:
        directed(life)
    life.does(Progress(note="Seen."), Role.HANDLER)
    life.does(Resolve(result="Done.", evidence=(PHOTO, SCAN)), Role.HANDLER)


def directed(life: Life, *guests: str, tasks: tuple[Resolution, ...] = ()) -> None:
    """The office appoints the lead, which meets with the members and hears each of them: what both
    packs ask for.
    """
    lead = life.case.holder or ""
    appointed = Appoint(lead=lead, instruction="Together.")
    life.does(appointed, Role.SUPERVISOR, life.policy.office)
    invited = (*guests, *life.case.members)
    when = life.policy.calendar.advance(life.now, timedelta(hours=5))
    life.does(Convene(units=invited, at=when, agenda="Who does what"), Role.SUPERVISOR)
    [meeting] = life.parts(PartKind.CONFERENCE)
    life.rings(when - life.now)  # the appointed hour has come
    said = tuple(Resolution(unit=member, what="Say what you know") for member in life.case.members)
    came, work = attending(life.policy.roster.people, invited), (*said, *tasks)
    held = Hold(part=meeting, minutes="All.", present=(lead,), came=came, tasks=work)
    life.does(replace(held, evidence=(MINUTES,)), Role.SUPERVISOR)
    for job, resolution in zip(life.parts(PartKind.TASK), said, strict=False):
        life.does(reported(job), Role.HANDLER, resolution.unit)
        life.does(Check(part=job, passed=True, note="Read."), Role.HANDLER)


def checked(life: Life) -> None:
    life.does(Verify(passed=True, note="Seen."), Role.VERIFIER)
    if life.case.stage is Stage.RESOLVED:
        unit = "leading-group" if life.policy.approvers else life.policy.office
        role = Role.LEADER if life.policy.approvers else Role.SUPERVISOR
        life.does(Verify(passed=True, note="Seen."), role, unit)


@every_pack
@pytest.mark.parametrize("tier", Tier)
def test_a_case_is_handled_verified_called_back_closed_and_archived(
    policy: Policy, tier: Tier
) -> None:
    life = Life(policy, complaint(policy, of_tier(policy, tier)))

    handled(life)
    checked(life)
    life.does(Close(callback=Callback.SATISFIED), Role.HOTLINE)
    closed = life.case.stage
    life.rings(policy.reopen_window)

    assert life.case.tier == tier
    assert closed == Stage.CLOSED
    assert life.case.stage == Stage.ARCHIVED


@every_pack
def test_a_citizen_who_is_not_satisfied_is_heard_in_the_next_tier(policy: Policy) -> None:
    life = Life(policy, complaint(policy, of_tier(policy, Tier.DIRECT)))

    handled(life)
    checked(life)
    life.does(Close(callback=Callback.UNSATISFIED, note="As before."), Role.HOTLINE)

    assert life.case.tier == Tier.ASSIGN
    assert life.case.stage == Stage.DISPATCHED


@every_pack
def test_a_unit_returns_and_another_gets_it(policy: Policy) -> None:
    life = Life(policy, complaint(policy, of_tier(policy, Tier.ASSIGN)))
    others = (u.id for u in policy.units if u.id != life.case.holder and u.kind == "department")
    another = next(unit for unit in others if unit not in {policy.platform, policy.office})

    life.does(Return(reason="Not ours.", suggested_unit=another), Role.UNIT_HEAD)
    [part] = life.parts(PartKind.RETURN)
    yes = Answer(part=part, granted=True, reason="Indeed.", unit=another)
    life.does(yes, Role.DISPATCHER, policy.platform)

    assert life.case.holder == another
    assert life.case.stage == Stage.DISPATCHED


@every_pack
def test_who_asks_for_more_time_gets_it_from_whoever_decides(policy: Policy) -> None:
    life = Life(policy, complaint(policy, of_tier(policy, Tier.ASSIGN)))

    life.does(Sign(), Role.HANDLER)
    life.does(AskExtension(hours=8, reason="Parts."), Role.UNIT_HEAD)
    [part] = life.parts(PartKind.EXTENSION)
    life.does(Answer(part=part, granted=True, reason="Yes."), Role.SUPERVISOR, policy.office)
    life.does(Resolve(result="Done.", evidence=(PHOTO, SCAN)), Role.HANDLER)

    assert life.case.stage is Stage.RESOLVED


@every_pack
def test_who_asks_and_hears_nothing_has_his_answer_all_the_same(policy: Policy) -> None:
    life = Life(policy, complaint(policy, of_tier(policy, Tier.ASSIGN)))

    life.does(Return(reason="Not ours."), Role.UNIT_HEAD)
    life.rings(timedelta(days=1))

    assert life.parts(PartKind.RETURN) == []
    assert life.case.holder is not None


@every_pack
def test_a_conference_binds_and_what_is_ordered_is_put_right(policy: Policy) -> None:
    life = Life(policy, complaint(policy, of_tier(policy, Tier.SUPERVISE)))
    guest = next(u.id for u in policy.units if u.parent == life.policy.office)

    life.does(Sign(), Role.HANDLER)
    directed(life, guest, tasks=(Resolution(unit=guest, what="Clear the bank"),))
    [job] = life.parts(PartKind.TASK)
    life.does(reported(job), Role.HANDLER, guest)
    life.does(Check(part=job, passed=True, note="Seen."), Role.HANDLER)
    order = OrderRectification(whom="The owner", items=("The pipe",))
    life.does(order, Role.HANDLER)
    [owed] = life.parts(PartKind.RECTIFICATION)
    life.does(Serve(part=owed, evidence=(RECEIPT,)), Role.HANDLER)
    life.does(Report(part=owed, text="Put right."), Role.HANDLER)
    look = Check(part=owed, passed=True, note="Gone.", evidence=(CLEARED,))
    life.does(look, Role.VERIFIER)
    life.does(Resolve(result="Done.", evidence=(PHOTO, SCAN)), Role.HANDLER)
    checked(life)

    assert life.case.stage is Stage.VERIFIED


@every_pack
def test_only_the_superior_writes_off_what_it_ordered(policy: Policy) -> None:
    category = of_tier(policy, Tier.ASSIGN)
    issuer = next(each.unit for each in policy.roster.people if Role.SUPERIOR in each.roles)
    order = SuperiorOrder("2026-13", issuer, REPORTED + timedelta(days=60))
    life = Life(policy, complaint(policy, category, channel=Channel.SUPERIOR, superior=order))
    handled(life)
    checked(life)
    reported = life.case.stage
    life.does(WriteOff(note="Settled."), Role.SUPERIOR)

    assert reported == Stage.REPORTED
    assert life.case.stage == Stage.CLOSED


@every_pack
def test_what_a_camera_saw_a_person_gives_to_its_unit(policy: Policy) -> None:
    category = of_tier(policy, Tier.DIRECT)
    life = Life(policy, complaint(policy, category, channel=Channel.CAMERA))
    before = life.case.holder
    life.plan = plan_after_triage(policy, life.case.plan, category=category)
    life.does(Triage(category=category), Role.DISPATCHER, policy.platform)

    assert before is None
    assert life.case.stage == Stage.DISPATCHED


@every_pack
@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("hour", [1, 15])
def test_if_nobody_does_anything_everybody_hears_of_it_up_to_the_office_above(
    policy: Policy, urgency: Urgency, hour: int
) -> None:
    reported = REPORTED.replace(hour=hour)
    for category in [None, *(category.id for category in policy.categories)]:
        life = Life(policy, complaint(policy, category, urgency=urgency), now=reported)

        events = forecast(life.case, policy.roster, most=250)
        rungs = [event.fact for event in events if isinstance(event.fact, RungReached)]

        assert [rung.gaps for rung in rungs if rung.gaps] == []
        assert all(rung.told for rung in rungs)
        # What nobody has triaged is the platform's, and above it only the leading group's.
        expected = 6 if category else 3
        assert max(rung.level for rung in rungs) >= expected
