"""From a complaint and the shipped town's policy to a plan, with the rule that decided."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import TypeAdapter

from domain.case.agenda import next_item
from domain.case.commands import ENGINE, Actor, Command, Lookup
from domain.case.decide import decide
from domain.case.dispatch.facts import Dispatched
from domain.case.escalation.facts import RungReached
from domain.case.forecasts import forecast
from domain.case.registration.acts import Open, Triage
from domain.case.registration.facts import Triaged
from domain.case.tiers.facts import TierRaised
from domain.complaints import Complaint, Place, SuperiorOrder
from domain.planning.leads import may_choose, may_look_for_owner
from domain.planning.planner import plan, plan_after_triage
from domain.planning.plans import CasePlan
from domain.policy.model import Category
from domain.sla.case_clocks import CHOOSE, HOLDER, OF_SUPERIOR, OWNER
from domain.vocabulary import Channel, Role, Tier, Urgency
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack

TOWN = load_pack(pack_of("youchegang"), {"china": china})
REPORTED = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # a Tuesday, half past nine
SUPERVISED = SuperiorOrder("2026-督-001", "省厅", supervised=True)
ASSIGNED = SuperiorOrder("2026-017", "区府办")
PLANS = TypeAdapter(CasePlan)
SQUAD = "enforcement-squad"
RULED = "; by default 领导小组指定：权责清单未列事项由综合行政执法中队先行牵头"


def complaint(
    category: str | None,
    *,
    grid: str | None = None,
    urgency: Urgency | None = None,
    superior: SuperiorOrder | None = None,
    channel: Channel = Channel.HOTLINE,
    reported_at: datetime = REPORTED,
    reply_wanted: bool = True,
) -> Complaint:
    return Complaint(
        tenant=TOWN.tenant,
        source="https://12345.example/hotline",
        event_id="731-1",
        complaint_id="2026-000731",
        channel=channel,
        reported_at=reported_at,
        text="河边有人偷倒垃圾，气味很大。",
        category=category,
        urgency=urgency,
        place=Place(grid=grid),
        superior=superior,
        reply_wanted=reply_wanted,
    )


def rule(a_plan: CasePlan, question: str) -> str:
    (choice,) = (choice for choice in a_plan.choices if choice.question == question)
    return choice.rule


@pytest.mark.parametrize(
    ("category", "superior", "tier", "named"),
    [
        ("garbage", SUPERVISED, Tier.SUPERVISE, "superior-supervises"),
        ("garbage", ASSIGNED, Tier.ASSIGN, "superior-assigned"),
        ("garbage", None, Tier.DIRECT, "listed-as-direct"),
        ("stray-dogs", None, Tier.ASSIGN, "listed-as-assign"),
        ("legacy-land-dispute", None, Tier.SUPERVISE, "listed-as-supervise"),
        ("illegal-construction", None, Tier.SUPERVISE, "several-units"),
        ("sewage-discharge", ASSIGNED, Tier.SUPERVISE, "several-units"),
        ("waste-recycling", None, Tier.SUPERVISE, "nobody-owns-it"),
        ("no-such-category", None, Tier.SUPERVISE, "nobody-owns-it"),
    ],
)
def test_the_first_rule_that_holds_chooses_the_tier_and_is_named(
    category: str, superior: SuperiorOrder | None, tier: Tier, named: str
) -> None:
    decided = plan(TOWN, complaint(category, superior=superior))

    assert decided.tier == tier
    assert rule(decided, "tier") == named


def test_what_no_rule_is_about_is_assigned() -> None:
    silent = Category("puddle", "积水", "Puddle", "housing-construction")
    decided = plan(replace(TOWN, categories=(silent,)), complaint("puddle"))

    assert decided.tier == Tier.ASSIGN
    assert rule(decided, "tier") == "one-unit"


@pytest.mark.parametrize(
    ("category", "grid", "holder", "named"),
    [
        ("wages", None, "labour-office", "category wages"),
        ("wages", "G01", "labour-office", "category wages"),
        ("garbage", "G01", "hetang-village", "grid G01"),
        ("garbage", "G06", "anyi-property", "grid G06"),
        ("garbage", None, "sanitation", "category garbage"),
        ("waste-recycling", "G01", SQUAD, f"nobody owns category waste-recycling{RULED}"),
        (
            "no-such-category",
            None,
            SQUAD,
            f"category no-such-category is not in the responsibility list{RULED}",
        ),
    ],
)
def test_the_holder_is_chosen_and_why_is_said(
    category: str, grid: str | None, holder: str, named: str
) -> None:
    decided = plan(TOWN, complaint(category, grid=grid))

    assert decided.holder == holder
    assert rule(decided, "holder") == named


def test_without_a_category_a_person_of_the_platform_must_triage() -> None:
    decided = plan(TOWN, complaint(None, urgency=Urgency.URGENT))

    assert decided.holder is None
    assert rule(decided, "holder") == "no category given: the platform triages it"
    assert decided.urgency == Urgency.URGENT
    assert decided.platform == TOWN.platform


def test_a_person_overrules_the_rules_and_is_named() -> None:
    unsorted = plan(TOWN, complaint(None))
    ask = Triage(category="parking", urgency=Urgency.CRITICAL, tier=Tier.SUPERVISE)
    decided = plan_after_triage(TOWN, unsorted, ask.category, ask.urgency, ask.tier)

    assert decided is not None
    assert decided.tier == Tier.SUPERVISE
    assert rule(decided, "tier") == "a person"
    assert decided.urgency == Urgency.CRITICAL
    assert decided.holder == "traffic-police"
    assert plan_after_triage(TOWN, unsorted, category="no-such-category") is None


@pytest.mark.parametrize("category", [category.id for category in TOWN.categories])
def test_triage_leaves_every_running_clock_a_ladder(category: str) -> None:
    """Also the clocks that began under another urgency than the one now known."""
    unsorted = plan(TOWN, complaint(None))
    opened = decide(None, Command("1", ENGINE, Open(plan=unsorted)), REPORTED)
    act = Triage(category=category)
    command = Command(
        "2",
        Actor("zhu-lihua", Role.DISPATCHER, TOWN.platform),
        act,
        Lookup(plan=plan_after_triage(TOWN, unsorted, act.category, act.urgency, act.tier)),
    )
    sorted_out = decide(opened.case, command, REPORTED + timedelta(minutes=5))
    chosen = sorted_out.case.plan.open_lead is not None

    assert isinstance(sorted_out.events[-1].fact, Triaged if chosen else Dispatched)
    assert next_item(sorted_out.case) is not None


@pytest.mark.parametrize(
    ("resolve", "expected"),
    [(None, 40), (timedelta(hours=16), 16), (timedelta(hours=99), 40)],
)
def test_a_category_may_only_be_stricter_than_its_service_level(
    resolve: timedelta | None, expected: int
) -> None:
    row = Category("puddle", "积水", "Puddle", "housing-construction", resolve=resolve)
    decided = plan(replace(TOWN, categories=(row,)), complaint("puddle"))
    spec = decided.spec(Tier.ASSIGN, HOLDER)
    above = decided.spec(Tier.SUPERVISE, HOLDER)

    assert spec is not None
    assert above is not None
    assert spec.budget == timedelta(hours=expected)
    assert above.budget == (resolve or timedelta(hours=120))


@pytest.mark.parametrize(
    ("channel", "reply_wanted", "callback"),
    [
        (Channel.HOTLINE, True, True),
        (Channel.HOTLINE, False, False),
        (Channel.PATROL, True, False),
    ],
)
def test_who_wants_a_reply_and_can_be_asked_is_called_back(
    channel: Channel, reply_wanted: bool, callback: bool
) -> None:
    decided = plan(TOWN, complaint("garbage", channel=channel, reply_wanted=reply_wanted))

    assert decided.callback is callback


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("category", [None, *(category.id for category in TOWN.categories)])
def test_every_plan_stands_alone_and_is_small(category: str | None, urgency: Urgency) -> None:
    decided = plan(TOWN, complaint(category, urgency=urgency))
    ladders = {ladder.id for ladder in decided.ladders}
    above = [tier for tier in Tier if tier.depth >= decided.tier.depth]
    row = TOWN.category(category)
    rule = row.lead_rule if row else None
    apart = {*OF_SUPERIOR}
    apart |= set() if may_choose(rule) else {CHOOSE}
    apart |= set() if may_look_for_owner(rule) else {OWNER}

    assert [level.tier for level in decided.levels] == above
    for level in decided.levels:
        listed = TOWN.category(category)
        given = TOWN.level(level.tier, decided.urgency, listed.group if listed else None)
        assert given is not None
        limits = {limit.clock for limit in given.limits} - apart
        assert {spec.clock for spec in level.clocks} == limits
    named = {spec.ladder for level in decided.levels for spec in level.clocks}
    again = {decided.rehandle_ladder} - {None}
    assert named | {rule.ladder for rule in decided.parts} | again == ladders
    assert len(PLANS.dump_json(decided)) < 29_800
    assert PLANS.validate_json(PLANS.dump_json(decided)) == decided


def test_a_plan_has_the_holidays_to_come_and_none_that_are_past() -> None:
    reported = datetime(2026, 2, 17, 20, tzinfo=UTC)  # 18 February in the town: Spring Festival

    days = [
        day for day, _ in plan(TOWN, complaint("wages", reported_at=reported)).calendar.exceptions
    ]

    assert [date(2026, 2, 17), date(2026, 2, 18)] == days[:2]  # one day of margin
    assert [day for day in days if day.year == 2026][-1] == date(2026, 10, 10)
    assert date(2027, 1, 1) in days  # which the law names


@pytest.mark.parametrize("hour", [1, 10, 15])  # 09:30, 18:30 and 23:30 in the town
@pytest.mark.parametrize("category", [category.id for category in TOWN.categories])
def test_whatever_happens_to_nobody_named_people_hear_of_it_up_to_the_district(
    category: str, hour: int
) -> None:
    """Nobody acts: every rung finds somebody with the role; the holder's last is the district."""
    reported = REPORTED.replace(hour=hour)
    decided = plan(TOWN, complaint(category, grid="G03", reported_at=reported))
    opened = decide(None, Command("1", ENGINE, Open(plan=decided)), reported)

    facts = [event.fact for event in forecast(opened.case, TOWN.roster, most=200)]
    rungs = [fact for fact in facts if isinstance(fact, RungReached)]
    raised = [fact.to for fact in facts if isinstance(fact, TierRaised)]

    assert [rung.gaps for rung in rungs if rung.gaps] == []
    assert all(rung.told for rung in rungs)
    assert raised == list(Tier)[decided.tier.depth + 1 :]
    assert max(rungs, key=lambda rung: rung.level).level == 6
    last = [rung for rung in rungs if rung.clock == HOLDER][-1]
    assert {told.name for told in last.told} & {"邵文华", "陆建明"}
