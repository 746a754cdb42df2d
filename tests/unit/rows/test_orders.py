"""The order of a superior: its level, and its date, which the issuer alone changes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.case.closing.acts import Verify
from domain.case.commands import Act, Actor
from domain.case.orders.acts import ChangeDeadline
from domain.case.orders.facts import DeadlineChanged
from domain.case.refusals import Refusal
from domain.case.supervision.acts import Appoint
from domain.case.suspension.acts import Suspend
from domain.complaints import SuperiorOrder
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import CITIZEN, HOLDER, SUPERIOR
from domain.vocabulary import Role, Supervision, Tier
from tests.builders import ACTORS, LOOKUP, complaint, plan
from tests.town import OPENED, at
from tests.unit.rows.story import Story, only

CITY = "city-bureau"
ISSUER = Actor("zhang", Role.SUPERIOR, CITY)
OF_ANOTHER = Actor("tang", Role.SUPERIOR, "district-office")
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
FRIDAY, MONDAY = at("2026-07-03 18:00"), at("2026-07-06 18:00")
LATER = ChangeDeadline(due_at=MONDAY, reason="The survey takes longer.")
EARLIER = ChangeDeadline(due_at=at("2026-07-02 18:00"), reason="The minister comes.")


def ordered(
    tier: Tier = Tier.ASSIGN,
    due_at: datetime | None = FRIDAY,
    level: Supervision | None = None,
    **changes: object,
) -> Story:
    order = SuperiorOrder("2026-13", "市局", due_at=due_at, level=level)
    about = replace(complaint(), superior=order)
    pinned: CasePlan = replace(plan(about, tier=tier), issuer_unit=CITY)
    story = Story(replace(pinned, **changes))  # type: ignore[arg-type]
    story.do("sign", NINE)
    return story


def test_the_issuer_sets_a_later_date_and_the_row_keeps_the_old_one() -> None:
    story = ordered()
    before = story.due(HOLDER)
    [changed] = only(story.do(LATER, TEN, by=ISSUER), DeadlineChanged)

    assert FRIDAY == before
    assert FRIDAY == changed.before
    assert MONDAY == changed.due_at
    assert MONDAY == story.due(HOLDER)
    assert MONDAY == story.due(CITIZEN)


@pytest.mark.parametrize("by", [OF_ANOTHER, replace(ISSUER, unit="town")])
def test_another_superior_does_not_change_it(by: Actor) -> None:
    code, words = ordered().refused(LATER, TEN, by=by)

    assert Refusal.OUTSIDE_OUR_POWER is code
    assert f"{CITY} issued it" in words


@pytest.mark.parametrize("role", [Role.LEADER, Role.SUPERVISOR, Role.DISPATCHER, Role.UNIT_HEAD])
def test_no_person_of_the_town_changes_it(role: Role) -> None:
    code, _ = ordered().refused(LATER, TEN, by=ACTORS[role])

    assert Refusal.WRONG_ROLE is code


def test_the_deputy_of_the_issuer_changes_it() -> None:
    deputy = replace(ISSUER, id="li", for_person="zhang", own_unit="district-office")
    story = ordered()
    story.do(LATER, TEN, by=deputy)

    assert MONDAY == story.due(HOLDER)


def test_an_earlier_date_presses_at_once() -> None:
    story = ordered()
    story.do(EARLIER, TEN, by=ISSUER)

    assert EARLIER.due_at == story.due(HOLDER)


def test_an_order_without_a_date_gets_one() -> None:
    story = ordered(due_at=None)
    [changed] = only(story.do(LATER, TEN, by=ISSUER), DeadlineChanged)

    assert changed.before is None
    assert MONDAY == story.due(HOLDER)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (replace(LATER, due_at=FRIDAY), Refusal.WRONG_STEP),
        (replace(LATER, due_at=at("2026-06-30 18:00")), Refusal.BAD_DATE),
        (replace(LATER, reason=" "), Refusal.REASON_NEEDED),
    ],
    ids=["the same date", "a date that is past", "no reason"],
)
def test_what_changes_nothing_or_says_nothing_is_refused(act: Act, code: Refusal) -> None:
    assert code is ordered().refused(act, TEN, by=ISSUER)[0]


def test_a_case_that_no_superior_issued_has_no_such_date() -> None:
    story = Story(plan())
    code, _ = story.refused(LATER, TEN, by=ISSUER)

    assert Refusal.WRONG_STEP is code


def test_a_missed_date_stays_missed_when_the_issuer_moves_it() -> None:
    story = ordered()
    late = FRIDAY + timedelta(minutes=5)
    story.wait(late)
    missed = story.case.misses
    story.do(LATER, late, by=ISSUER)

    assert {CITIZEN, HOLDER} == {miss.clock for miss in missed}
    assert missed == story.case.misses


def test_supervised_the_case_is_done_two_working_days_before_the_new_date() -> None:
    late = at("2026-07-09 18:00")
    story = ordered(Tier.SUPERVISE, due_at=at("2026-07-07 18:00"), reserve=timedelta(hours=16))
    first = story.due(HOLDER)
    story.do(replace(LATER, due_at=late), TEN, by=ISSUER)

    assert first is not None
    assert first <= at("2026-07-06 08:00")
    assert story.due(HOLDER) == story.case.plan.calendar.retreat(late, timedelta(hours=16))


def test_the_superior_that_has_the_turn_gets_the_new_date_as_well() -> None:
    story = ordered()
    for kind in ("resolve", "verify", "close"):
        story.do(kind, TEN)
    story.do(EARLIER, TEN, by=ISSUER)

    assert EARLIER.due_at == story.due(SUPERIOR)


def test_looks_before_the_change_do_not_move_the_new_date() -> None:
    story = ordered()
    story.do("resolve", TEN)
    failed = at("2026-07-01 15:00")
    story.do(Verify(passed=False, note="Still there."), failed)
    moved = story.due(HOLDER)
    story.do(LATER, failed, by=ISSUER)

    assert moved is not None
    assert moved > FRIDAY
    assert MONDAY == story.due(HOLDER)


def test_a_new_policy_keeps_the_new_date() -> None:
    story = ordered()
    story.do(LATER, TEN, by=ISSUER)
    anew = replace(story.case.plan, policy="sha256:next")
    story.do("repin", TEN, lookup=replace(LOOKUP, plan=anew))

    assert MONDAY == story.due(HOLDER)


# --- The level in the order.


def test_a_superior_of_no_unit_is_told_whose_order_it_is() -> None:
    _, words = ordered().refused(LATER, TEN, by=replace(ISSUER, unit=None))

    assert words == (
        f"{CITY} issued it, and its superior or the deputy decides; this actor names no unit: "
        f"act as one of {CITY}"
    )


APPOINTED = Appoint(lead="squad", instruction="You.")


def test_the_level_of_the_order_is_that_of_the_case() -> None:
    story = ordered(Tier.SUPERVISE, level=Supervision.CITY)
    story.do(APPOINTED, OPENED + timedelta(hours=3))

    assert Supervision.CITY is story.case.supervision


def test_the_town_supervises_at_no_lower_level_than_that_of_the_order() -> None:
    story = ordered(Tier.SUPERVISE, level=Supervision.CITY)
    lower = replace(APPOINTED, level=Supervision.TOWN, reason="A small matter.")
    code, words = story.refused(lower, OPENED + timedelta(hours=3))

    assert Refusal.OUTSIDE_OUR_POWER is code
    assert "市局 is of level city, so town is too low; leave out level" == words


def test_the_town_may_supervise_at_a_higher_level() -> None:
    story = ordered(Tier.SUPERVISE, level=Supervision.CITY)
    story.do(replace(APPOINTED, level=Supervision.PROVINCE), OPENED + timedelta(hours=3))

    assert Supervision.PROVINCE is story.case.supervision


def test_an_order_without_a_level_is_supervised_by_the_town_as_before() -> None:
    story = ordered(Tier.SUPERVISE)
    story.do(APPOINTED, OPENED + timedelta(hours=3))

    assert Supervision.TOWN is story.case.supervision


@pytest.mark.parametrize(("rules", "fired"), [(3, ()), (2, ("order",))])
def test_a_later_date_while_the_case_rests_arms_all_rungs_that_lie_ahead(
    rules: int, fired: tuple[str, ...]
) -> None:
    """Of a clock that stands still, what comes after the deadline has no moment yet."""
    story = ordered(Tier.SUPERVISE, due_at=at("2026-07-02 15:59"), rules=rules)
    story.wait(at("2026-07-03 22:50"))
    assert story.clock(HOLDER).fired == ("amber", "red", "order")
    rest = Suspend(reason="Frost.", until=at("2026-07-20 14:50"), measures="A fence.")
    story.do(rest, at("2026-07-03 22:50"), by=ACTORS[Role.LEADER])
    later = ChangeDeadline(due_at=at("2026-07-14 10:50"), reason="The thaw is late.")
    story.do(later, at("2026-07-03 22:51"), by=ISSUER, lookup=LOOKUP)

    assert story.clock(HOLDER).fired == fired
