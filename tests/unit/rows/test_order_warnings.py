"""Two working days before a superior's date, the lead and the office are warned."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.case.closing.acts import SendBack
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.events import Fact
from domain.case.orders.acts import ChangeDeadline
from domain.complaints import SuperiorOrder
from domain.planning.planner import plan as planned
from domain.planning.plans import CasePlan, ClockSpec, ServiceLevel
from domain.sla.case_clocks import ORDER
from domain.sla.clocks import Measure
from domain.sla.ladders import Action
from domain.vocabulary import Channel, Role, Tier
from gateways.holidays import china
from packs import pack_of, shipped_packs
from store.packs.loader import load_pack
from tests.builders import ACTORS, LOOKUP, complaint, plan
from tests.town import at, ladder, rung
from tests.unit.rows.story import Story, only

SUPERIOR = ACTORS[Role.SUPERIOR]
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
DATE, TWO_DAYS_BEFORE = at("2026-07-13 12:00"), at("2026-07-09 14:00")
LATER = ChangeDeadline(due_at=at("2026-07-20 12:00"), reason="The survey takes longer.")
WARNING = ladder("order", rung("two-days", 1, share=0), rung("due", 2, share=100))
LIMIT = ClockSpec(ORDER, timedelta(hours=16), Measure.WORKING, WARNING.id)


def watched(pinned: CasePlan) -> CasePlan:
    levels = tuple(ServiceLevel(e.tier, (*e.clocks, LIMIT)) for e in pinned.levels)
    return replace(pinned, levels=levels, ladders=(*pinned.ladders, WARNING))


def ordered(due_at: datetime | None = DATE) -> Story:
    about = replace(complaint(), superior=SuperiorOrder("2026-13", "市局", due_at=due_at))
    story = Story(watched(plan(about, tier=Tier.ASSIGN)))
    story.do("sign", NINE)
    story.do("progress", TEN)
    return story


def warnings(facts: list[Fact]) -> list[tuple[str, datetime]]:
    return [(f.rung, f.moment) for f in only(facts, RungReached) if f.clock == ORDER]


def reported(story: Story, when: datetime) -> None:
    for kind in ("resolve", "verify", "close"):
        story.do(kind, when)


def test_two_working_days_before_the_date_a_warning_is_given() -> None:
    story = ordered()
    before = story.wait(TWO_DAYS_BEFORE)
    after = story.wait(TWO_DAYS_BEFORE + timedelta(minutes=1))

    assert [] == warnings(before)
    assert [("two-days", TWO_DAYS_BEFORE)] == warnings(after)


def test_the_date_itself_is_a_deadline_and_its_miss_a_fact() -> None:
    story = ordered()
    facts = story.wait(DATE + timedelta(minutes=1))

    assert [DATE] == [f.due_at for f in only(facts, DeadlineMissed) if f.clock == ORDER]
    assert ("due", DATE) in warnings(facts)


def test_an_order_that_comes_late_warns_at_once() -> None:
    story = ordered(due_at=at("2026-07-02 10:00"))
    fired = [e.fact for e in story.events] + story.wait(at("2026-07-01 10:01"))

    assert ["two-days"] == [name for name, _ in warnings(fired)]


def test_an_order_without_a_date_has_no_such_clock() -> None:
    assert ordered(due_at=None).case.clock(ORDER) is None


def test_a_case_that_no_superior_issued_has_no_such_clock() -> None:
    assert Story(watched(plan())).case.clock(ORDER) is None


def test_another_date_is_warned_of_like_the_first() -> None:
    story = ordered()
    story.wait(TWO_DAYS_BEFORE + timedelta(minutes=1))
    story.do(LATER, TWO_DAYS_BEFORE + timedelta(hours=1), by=SUPERIOR)
    facts = story.wait(at("2026-07-16 14:01"))

    assert [("two-days", at("2026-07-16 14:00"))] == warnings(facts)


def test_a_date_that_comes_later_is_watched_as_well() -> None:
    story = ordered(due_at=None)
    story.do(LATER, TEN, by=SUPERIOR)

    assert LATER.due_at == story.due(ORDER)


def test_a_suspended_case_is_warned_of_all_the_same() -> None:
    story = ordered()
    story.do("suspend", TEN)
    facts = story.wait(TWO_DAYS_BEFORE + timedelta(minutes=1))

    assert [("two-days", TWO_DAYS_BEFORE)] == warnings(facts)


def test_what_is_reported_to_the_superior_in_time_is_warned_of_no_more() -> None:
    story = ordered()
    reported(story, TEN)

    assert [] == warnings(story.wait(DATE + timedelta(days=1)))


def test_what_the_superior_sends_back_is_watched_once_more() -> None:
    story = ordered()
    reported(story, TEN)
    story.do(SendBack(reason="No photo."), NINE + timedelta(days=1), by=SUPERIOR)

    assert DATE == story.due(ORDER)


def test_what_is_sent_back_after_the_date_has_missed_nothing_by_that() -> None:
    story = ordered()
    reported(story, TEN)
    facts = story.do(SendBack(reason="No photo."), DATE + timedelta(days=1), by=SUPERIOR)
    facts += story.wait(DATE + timedelta(days=1, hours=1))

    assert [] == [fact for fact in only(facts, DeadlineMissed) if fact.clock == ORDER]


def test_a_new_policy_neither_moves_the_warning_nor_gives_it_twice() -> None:
    story = ordered()
    story.wait(TWO_DAYS_BEFORE + timedelta(minutes=1))
    anew = replace(story.case.plan, policy="sha256:next")
    facts = story.do(
        "repin", TWO_DAYS_BEFORE + timedelta(hours=1), lookup=replace(LOOKUP, plan=anew)
    )
    facts += story.wait(DATE - timedelta(hours=1))

    assert [] == warnings(facts)
    assert DATE == story.due(ORDER)


@pytest.mark.parametrize("tenant", [path.name for path in shipped_packs()])
def test_the_shipped_packs_warn_the_lead_and_the_office(tenant: str) -> None:
    policy = load_pack(pack_of(tenant), {"china": china})
    order = SuperiorOrder("2026-13", "市局", due_at=DATE)
    about = replace(
        complaint(category=policy.categories[0].id, channel=Channel.SUPERIOR),
        tenant=tenant,
        superior=order,
    )
    pinned = planned(policy, about)
    [spec] = {pinned.spec(level.tier, ORDER) for level in pinned.levels}
    assert spec is not None
    first = pinned.ladder(spec.ladder).rungs[0]

    assert timedelta(hours=16) == spec.budget
    assert Action.WARN is first.action
    assert first.share == 0
    assert {Role.UNIT_HEAD, Role.SUPERVISOR} == {recipient.role for recipient in first.tell}
