"""A deadline that counts days whose holidays are not published says so wherever it is shown."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from console.gateway.open311_texts import request_of, without_personal_data
from console.gateway.ports import CaseSnapshot
from domain.case.escalation.acts import Ring
from domain.case.repinning.preview import preview
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.notifications.notices import notices
from domain.notifications.rendering import NoticeFacts, render
from domain.planning.plans import CasePlan
from domain.policy.notice_texts import Language
from domain.sla.case_clocks import CITIZEN, HOLDER, SIGN
from domain.sla.clocks import Measure, due
from domain.sla.ladders import Action
from domain.vocabulary import Role, Stage
from packs import pack_of
from runtime.cli.views.case_list import print_list
from runtime.cli.views.cases import print_case, print_explanation
from runtime.cli.views.repin import print_previews
from runtime.wiring.packs import load_one
from schemas.journal import row_of
from store.cases.read_model import CaseCount, CasePage
from tests.builders import ACTORS, case_at, complaint, give, plan
from tests.town import CALENDAR, ZONE, at, calendar, clock, hours
from tests.unit.rows.story import Story
from workflows.current_details import details

LAST_DAYS = at("2026-12-30 08:00")
"""Of CALENDAR, which is published until the last of December, and where that day is half a day."""
PUBLISHED = calendar(published_until=date(2027, 12, 31))
OUTPUT = pytest.CaptureFixture[str]


def late_in_the_year(**changed: Any) -> CasePlan:
    return plan(complaint(reported_at=LAST_DAYS), **changed)


def case_then(**changed: Any) -> Case:
    return case_at(Stage.DISPATCHED, pinned=late_in_the_year(**changed), when=LAST_DAYS)


# --- Which deadlines are.


def test_working_time_beyond_the_published_days_is_provisional() -> None:
    found = due(clock(started_at=LAST_DAYS, budget=hours(13)), CALENDAR)

    assert found is not None
    assert found.at == at("2027-01-01 09:00")
    assert found.provisional


@pytest.mark.parametrize("measure", [Measure.WORKING_DAYS, Measure.END_OF_DAY])
def test_working_days_beyond_the_published_days_are_provisional(measure: Measure) -> None:
    found = due(clock(started_at=LAST_DAYS, budget=hours(16), measure=measure), CALENDAR)

    assert found is not None
    assert found.provisional


def test_continuous_time_is_never_provisional() -> None:
    it = clock(started_at=LAST_DAYS, budget=hours(72), measure=Measure.CONTINUOUS)
    found = due(it, CALENDAR)

    assert found is not None
    assert found.at == at("2027-01-02 08:00")
    assert not found.provisional


def test_only_the_deadlines_beyond_the_published_days_are_provisional() -> None:
    summary = summarize(case_then())

    assert SIGN not in summary.provisional
    assert HOLDER in summary.provisional
    assert CITIZEN in summary.provisional


# --- Lists.


def test_the_row_of_a_case_says_whether_its_promise_is_provisional() -> None:
    assert row_of(case_then()).citizen_due_provisional


def test_the_row_of_a_case_says_whether_its_next_deadline_is_provisional() -> None:
    signed = give(give(case_then(), "sign", LAST_DAYS).case, "progress", LAST_DAYS).case

    assert row_of(case_then()).next_due_provisional is None
    assert row_of(signed).next_due_provisional


def test_a_row_says_nothing_where_all_is_published() -> None:
    row = row_of(case_then(hours_of=PUBLISHED))

    assert row.citizen_due_provisional is None
    assert row.next_due_provisional is None


def listed(capsys: OUTPUT, case: Case) -> str:
    print_list(CasePage((row_of(case),), None), CaseCount(1, and_more=False), LAST_DAYS)
    return " ".join(capsys.readouterr().out.split())


def test_a_list_of_cases_says_so(capsys: OUTPUT) -> None:
    signed = give(give(case_then(), "sign", LAST_DAYS).case, "progress", LAST_DAYS).case

    assert "provisional" in listed(capsys, signed)
    assert "provisional" not in listed(capsys, case_then())


# --- One case.


def lines(capsys: OUTPUT, beginning: str) -> list[str]:
    told = (line.strip() for line in capsys.readouterr().out.splitlines())
    return [line for line in told if line.startswith(beginning)]


def test_a_case_that_is_shown_says_so_clock_by_clock(capsys: OUTPUT) -> None:
    print_case(Story(late_in_the_year(), LAST_DAYS).events, LAST_DAYS)
    told = capsys.readouterr().out.splitlines()

    assert [line for line in told if "sign clock" in line and "provisional" in line] == []
    [holder] = [line for line in told if "holder clock" in line]
    assert holder.rstrip().endswith(", provisional")


def test_an_explanation_says_so_beside_the_clock(capsys: OUTPUT) -> None:
    print_explanation(case_then(), [], LAST_DAYS)

    [holder] = lines(capsys, "holder ")
    assert holder.endswith(", provisional")


def test_an_explanation_of_continuous_time_says_nothing_of_holidays(capsys: OUTPUT) -> None:
    print_explanation(case_then(measure=Measure.CONTINUOUS), [], at("2027-01-02 08:00"))

    assert "provisional" not in capsys.readouterr().out


def test_the_current_details_of_a_workflow_say_so() -> None:
    case = case_then()
    told = details(case, summarize(case)).splitlines()

    [holder] = [line for line in told if line.startswith("- holder:")]
    [sign] = [line for line in told if line.startswith("- sign:")]
    assert holder.endswith(" (provisional)")
    assert not sign.endswith(" (provisional)")


def test_a_preview_of_another_policy_says_what_becomes_final(capsys: OUTPUT) -> None:
    case = case_then()
    new = replace(case.plan, policy="sha256:new", calendar=PUBLISHED)
    seen = preview(case, new, ACTORS[Role.SUPERVISOR], LAST_DAYS)
    print_previews([(case, seen)], "sha256:new")

    [holder] = [line for line in capsys.readouterr().out.splitlines() if " holder " in line]
    assert holder.count("(provisional)") == 1


def test_the_current_details_say_so_of_what_comes_next() -> None:
    def following(case: Case) -> str:
        [line] = [each for each in details(case, summarize(case)).splitlines() if "next:" in each]
        return line

    signed = give(give(case_then(), "sign", LAST_DAYS).case, "progress", LAST_DAYS).case

    assert following(signed).endswith(" (provisional)")
    assert not following(case_then()).endswith(" (provisional)")


# --- Notices and the gateway.


def test_a_notice_says_it_in_the_language_of_the_person() -> None:
    rules = load_one(pack_of("youchegang")).notices
    assert rules is not None
    holder = NoticeFacts(
        Action.WARN, "7kq2m", None, "城管", HOLDER, at("2027-01-04 18:00"), 1, provisional=True
    )

    chinese = render(rules.texts, (holder,), Language.CHINESE, "mailto", ZONE)
    english = render(rules.texts, (holder,), Language.ENGLISH, "mailto", ZONE)

    assert "2027-01-04 18:00（暂定）" in chinese.text
    assert "2027-01-04 18:00 (provisional)" in english.text


def test_the_notice_of_a_rung_knows_it() -> None:
    before = case_then()
    rung = give(before, Ring(), at("2027-01-20 08:00"))
    made = [each for event in rung.events for each in notices(before, event)]

    assert {each.provisional for each in made if each.clock == SIGN} == {False}
    assert {each.provisional for each in made if each.clock == CITIZEN} == {True}


def asked(pinned: CasePlan) -> dict[str, Any]:
    case = case_at(Stage.DISPATCHED, pinned=pinned, when=LAST_DAYS)
    policy = load_one(pack_of("youchegang"))
    return request_of(policy, CaseSnapshot(case, LAST_DAYS), stage=case.stage)


def test_who_asks_over_open311_learns_it_with_the_promised_time() -> None:
    told = asked(late_in_the_year())

    assert told["expected_datetime_provisional"] is True
    assert without_personal_data(told)["expected_datetime_provisional"] is True


def test_over_open311_a_final_time_has_no_such_field() -> None:
    assert "expected_datetime_provisional" not in asked(late_in_the_year(hours_of=PUBLISHED))
