"""Which standard of its class a complaint is filed under, and what follows for its limits."""

from dataclasses import replace
from datetime import timedelta

from domain.complaints import SuperiorOrder
from domain.planning.planner import (
    plan_after_triage,
    plan_under_new_policy,
    problem_of_triage,
)
from domain.planning.plans import CasePlan
from domain.policy.standards import Standard
from domain.sla.case_clocks import FIRST, HOLDER, SIGN
from domain.sla.clocks import Measure
from domain.vocabulary import Channel, Tier
from schemas.packs.content import content_of, policy_from
from tests.town import at, hours
from tests.unit.rows.story import Story
from tests.unit.standards import DRAINS, RECEIVED, TOWN, planned, town, why

WORKING, DAYS, ALL = Measure.WORKING, Measure.WORKING_DAYS, Measure.CONTINUOUS


def limit(plan_: CasePlan, clock: str = HOLDER, tier: Tier = Tier.ASSIGN) -> tuple[object, object]:
    spec = plan_.spec(tier, clock)
    return (spec.budget, spec.measure) if spec else (None, None)


def test_a_pack_says_under_which_conditions_a_class_is_filed_and_closed() -> None:
    category = TOWN.category("0103")

    assert category is not None
    assert category.group == "public-utilities"
    assert category.standards == (
        Standard("noisy", "异响", hours(16), DAYS, ("restored",), after=1),
        Standard(
            "missing", "缺失或移位", hours(2), ALL, ("restored", "fenced-off"), before=1, after=1
        ),
        Standard("blocked", "堵塞", timedelta(days=9), ALL),
        Standard("dirty", "有积尘"),
    )


def test_a_policy_with_standards_is_read_again_as_it_was_published() -> None:
    assert policy_from(content_of(TOWN), TOWN.roster) == replace(
        TOWN, notices=None, resources=None, patrols=None
    )


def test_a_source_names_the_standard() -> None:
    noisy = planned("noisy")

    assert noisy.standard is not None
    assert noisy.standard.id == "noisy"
    assert why(noisy, "standard") == ("noisy", "its source")
    assert limit(noisy) == (hours(16), DAYS)
    assert why(noisy, "limit") == ("2 working days", "standard noisy")


def test_the_strictest_holds_until_a_person_chooses() -> None:
    unsaid = planned()

    assert why(unsaid, "standard") == (
        "missing",
        "the strictest of 0103 until a person chooses one",
    )
    assert limit(unsaid) == (hours(2), ALL)


def test_the_default_of_a_class_holds_instead_of_the_strictest() -> None:
    policy = town(DRAINS.replace("when: 堵塞", "default: true, when: 堵塞"))

    assert why(planned(policy=policy), "standard") == (
        "blocked",
        "the default of 0103 until a person chooses one",
    )


def test_a_standard_that_the_class_does_not_have_is_named_in_the_reason() -> None:
    assert why(planned("gone"), "standard") == (
        "missing",
        "the strictest of 0103 until a person chooses one; it has no standard gone",
    )


def test_triage_chooses_the_standard() -> None:
    unsorted = planned(category=None)
    sorted_ = plan_after_triage(TOWN, unsorted, "0103", standard="noisy")

    assert sorted_ is not None
    assert why(sorted_, "standard") == ("noisy", "a person")
    assert limit(sorted_) == (hours(16), DAYS)


def test_triage_of_the_same_class_keeps_the_standard_that_was_named() -> None:
    again = plan_after_triage(TOWN, planned("noisy"), "0103")

    assert again is not None
    assert again.standard is not None
    assert again.standard.id == "noisy"


def test_triage_is_refused_with_the_standards_that_there_are() -> None:
    expected = (
        "0103 has no standard gone; there are: noisy (异响), missing (缺失或移位), "
        "blocked (堵塞), dirty (有积尘)"
    )

    assert plan_after_triage(TOWN, planned(), "0103", standard="gone") is None
    assert problem_of_triage(TOWN, "0103", "gone") == expected
    assert problem_of_triage(TOWN, "garbage", "gone") == "garbage has no standard gone; none"


def test_a_limit_that_is_longer_than_the_levels_changes_nothing() -> None:
    blocked = planned("blocked")

    assert limit(blocked) == (hours(40), WORKING)
    assert why(blocked, "limit") == (
        "40 h of working time",
        "stricter than 216 h of time of standard blocked",
    )


def test_a_standard_without_a_limit_leaves_the_levels() -> None:
    assert limit(planned("dirty")) == (hours(40), WORKING)


def test_a_limit_holds_in_every_tier() -> None:
    assert limit(planned("noisy"), tier=Tier.SUPERVISE) == (hours(16), DAYS)


def test_no_step_of_the_holder_is_longer_than_its_limit() -> None:
    missing = planned("missing")

    assert limit(missing, SIGN) == (hours(1), ALL)
    assert limit(missing, FIRST) == (hours(2), ALL)


def test_a_superiors_deadline_still_caps() -> None:
    order = SuperiorOrder("1", "the province", at("2026-07-02 09:00"))
    story = Story(planned("noisy", superior=order), RECEIVED)

    assert story.due(HOLDER) == order.due_at


def test_the_measure_does_not_change_with_who_reports() -> None:
    found = {channel: limit(planned("noisy", channel=channel)) for channel in Channel}

    assert set(found.values()) == {(hours(16), DAYS)}


def test_evidence_follows_the_standard_else_the_class() -> None:
    assert planned("noisy").evidence == 1
    assert planned("blocked").evidence == 2


def test_a_new_policy_keeps_the_standard_that_was_chosen() -> None:
    stricter = town(DRAINS.replace("within: 2wd", "within: 1wd"))
    sorted_ = plan_after_triage(TOWN, planned(), "0103", standard="noisy")
    assert sorted_ is not None
    again = plan_under_new_policy(stricter, sorted_, Tier.ASSIGN)

    assert why(again, "standard") == ("noisy", "a person")
    assert limit(again) == (hours(8), DAYS)


def test_a_class_without_standards_has_a_plan_as_before() -> None:
    garbage = planned("missing", category="garbage")

    assert garbage.standard is None
    assert {each.question for each in garbage.choices} == {"tier", "urgency", "holder"}
