"""Every figure of a report opens its cases: the condition that counts them lists them."""

import json
from dataclasses import replace
from datetime import date

import pytest

from domain.case.closing.acts import Close
from domain.case.dispatch.acts import Return
from domain.planning.plans import Choice
from domain.reporting.periods import Period
from domain.reporting.reports import FIGURES, VACUUM, PeriodReport
from domain.vocabulary import Callback
from runtime.cli.views.report import report_as_json
from tests.builders import complaint, plan
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.rows.test_statistics import closed

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))


def stories() -> list[Story]:
    """Two ended cases, a late one, a returned one, and one that no unit owns."""
    late = Story(plan(complaint(event_id="late")))
    late.wait(at("2026-07-20 10:00"))
    returned = Story(plan(complaint(event_id="returned")))
    returned.do("sign", at("2026-07-01 09:00"))
    returned.do(Return(reason="Not ours."), at("2026-07-01 09:00"))
    why = Choice("holder", "office", "nobody owns category street-stalls")
    vacuum = Story(replace(plan(complaint(event_id="vacuum")), choices=(why,)))
    ended = [
        closed(Close(callback=each, note="Still there."))
        for each in (Callback.SATISFIED, Callback.UNSATISFIED)
    ]
    return [*ended, late, returned, vacuum]


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_lists_as_many_cases_as_it_counts(figure: str) -> None:
    report = PeriodReport(JULY, figure=figure)
    for story in stories():
        report.add(story.events)
    counted = sum(report.vacuum.values()) if figure == VACUUM else getattr(report.all_tiers, figure)

    assert len(report.cases) == counted


def test_without_a_figure_no_case_is_kept_in_memory() -> None:
    report = PeriodReport(JULY)
    for story in stories():
        report.add(story.events)

    assert report.cases == []


def test_a_report_as_json_has_figures_and_cases(capsys: pytest.CaptureFixture[str]) -> None:
    report = PeriodReport(JULY, figure="late")
    for story in stories():
        report.add(story.events)
    report_as_json({"youchegang": report}, JULY)
    told = json.loads(capsys.readouterr().out)["tenants"]["youchegang"]

    assert told["all"]["late"] == len(told["cases"])
    assert told["figure"] == "late"
    assert told["cases"]
