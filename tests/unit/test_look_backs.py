"""Looking back at closed cases: which are due, and when."""

from dataclasses import replace
from datetime import timedelta

from domain.patrols.look_backs import ClosedCase, due_look_backs, is_sampled, look_back_of
from domain.policy.patrols import LookBackRule, PatrolRules
from domain.sla.clocks import Measure
from domain.sla.working_days import DAY
from tests.town import at
from tests.unit.test_policy_diffs import packed

FRIDAY = at("2026-07-03 10:00")
CASE = ClosedCase("7kq2m-9xa4t-bnc2w", "garbage", FRIDAY)


def with_rules(*rules: LookBackRule) -> PatrolRules:
    return PatrolRules(look_backs=rules)


def test_a_case_is_due_so_many_working_days_after_its_end() -> None:
    rules = with_rules(LookBackRule(2 * DAY, Measure.WORKING_DAYS, ("garbage",)))
    found = look_back_of(replace(packed(), patrols=rules), CASE)

    assert found is not None
    assert found.due_at == at("2026-07-07 10:00")
    assert found.reopens_until == FRIDAY + packed().reopen_window


def test_the_rule_that_names_the_category_comes_before_the_one_for_the_rest() -> None:
    rest = LookBackRule(timedelta(days=1), Measure.CONTINUOUS)
    named = LookBackRule(timedelta(days=3), Measure.CONTINUOUS, ("garbage",))
    rules = with_rules(rest, named)

    assert rules.look_back("garbage") is named
    assert rules.look_back("scrap") is rest
    assert rules.look_back(None) is rest


def test_those_that_are_due_come_the_longest_due_first() -> None:
    rules = with_rules(LookBackRule(timedelta(days=2), Measure.CONTINUOUS))
    town = replace(packed(), patrols=rules)
    second = replace(CASE, case_id="second", closed_at=FRIDAY - timedelta(hours=1))
    open_yet = replace(CASE, case_id="later", closed_at=FRIDAY + timedelta(seconds=1))
    due = due_look_backs(town, [CASE, second, open_yet], FRIDAY + timedelta(days=2))

    assert [each.case.case_id for each in due] == ["second", CASE.case_id]


def test_no_rule_and_no_file_mean_that_no_case_is_due() -> None:
    other = with_rules(LookBackRule(DAY, Measure.WORKING, ("scrap",)))

    assert look_back_of(replace(packed(), patrols=other), CASE) is None
    assert look_back_of(replace(packed(), patrols=None), CASE) is None


def test_a_sample_has_about_its_share_of_all_cases_and_is_always_the_same() -> None:
    numbers = [f"case-{number}" for number in range(10_000)]
    sampled = [each for each in numbers if is_sampled(each, 20)]

    assert 1_800 < len(sampled) < 2_200
    assert sampled == [each for each in numbers if is_sampled(each, 20)]
    assert all(is_sampled(each, 100) for each in numbers)
    assert {*sampled} <= {each for each in numbers if is_sampled(each, 30)}
