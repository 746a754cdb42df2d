"""What `sanban cases list` prints: at 80 columns, in a pipe, and as JSON."""

import json
from datetime import timedelta

import pytest
from rich.cells import cell_len

from packs import pack_of
from runtime.cli.languages import ListLanguage, language_of_locale
from runtime.cli.views import case_list
from runtime.cli.views.case_list import list_as_json, next_due, print_list
from runtime.wiring.packs import HOLIDAYS
from store.cases.read_model import CaseCount, CasePage
from store.packs.loader import load_pack
from tests.integration.stages import AT, row

LONG = "夜间施工噪音扰民，" * 7
HOUR = timedelta(hours=1)
ROW = row("7kq2m-9xa4t-bnc2w", 1, title=LONG, next_due=AT - HOUR, due_clock="citizen", level=3)
PAGE, ONE = CasePage((ROW,), None), CaseCount(1)
TOWN = load_pack(pack_of("youchegang"), HOLIDAYS)


def narrow(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """Make the output as wide as a terminal of so many columns."""
    monkeypatch.setattr(case_list, "_WIDE", width)


def test_at_80_columns_a_line_has_clock_lateness_urgency_place_and_the_matter(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow(monkeypatch, 80)
    print_list(PAGE, ONE, AT)
    head, line, counted = capsys.readouterr().out.splitlines()

    assert cell_len(line) <= 80
    assert head.split() == ["case", "unit", "due", "clock", "urgency", "L", "place", "what"]
    for said in ("7kq2m ", "chengguan", "late 1 h", "citizen", "normal", " 3 ", "g-07", "夜间施工"):
        assert said in line
    assert counted == "1 of 1 cases"


def test_in_a_pipe_each_case_is_one_line_and_nothing_is_cut(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_list(PAGE, ONE, AT)
    _, line, _ = capsys.readouterr().out.splitlines()

    assert "7kq2m-9xa4t-bnc2w" in line
    assert LONG in line


def test_lateness_counts_working_time_by_the_calendar_of_the_town() -> None:
    """AT is a Tuesday, 16:00 in the town: until Friday 16:00 there are three working days."""
    working = row("a", 1, due_measure="working", next_due=AT + timedelta(days=3))
    late = row("a", 1, due_measure="working", next_due=AT - timedelta(days=4))
    night = row("a", 1, due_measure="continuous", next_due=AT + timedelta(days=3))

    assert next_due(working, AT, TOWN.calendar).startswith("in ")
    assert " wd " in next_due(working, AT, TOWN.calendar)
    assert next_due(late, AT, TOWN.calendar).startswith("late ")
    assert next_due(night, AT, TOWN.calendar) == "in 3 d 0 h"


def test_what_rests_and_is_late_says_both() -> None:
    resting = row("a", 1, rests=True, next_due=AT - HOUR)

    assert next_due(resting, AT) == "rests, late 1 h"


def test_a_closed_case_that_missed_a_deadline_says_so() -> None:
    closed = row("a", 1, closed_at=AT, missed_at=AT - HOUR)

    assert next_due(closed, AT) == "missed"


def test_as_json_a_list_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    list_as_json(PAGE, CaseCount(1000, and_more=True), AT)
    told = json.loads(capsys.readouterr().out)

    assert told["total"] == 1000
    assert told["and_more"] is True
    assert told["after"] is None
    [case] = told["cases"]
    assert case["case_id"] == ROW.case_id
    assert case["late"] is True
    assert case["title"] == LONG


def test_in_chinese_a_list_has_the_names_of_the_town(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = row(
        "7kq2m-9xa4t-bnc2w",
        1,
        holder="sanitation",
        grid="G01",
        next_due=AT - 30 * HOUR,
        due_clock="holder",
        due_measure="working",
        rests=True,
    )
    narrow(monkeypatch, 80)
    page = CasePage((late,), None)
    print_list(page, ONE, AT, policies={"youchegang": TOWN}, language=ListLanguage.ZH)
    head, line, _ = capsys.readouterr().out.splitlines()
    foreign = CasePage((late.model_copy(update={"tenant": "elsewhere"}),), None)
    print_list(foreign, ONE, AT, policies={"youchegang": TOWN}, language=ListLanguage.ZH)

    assert head.split() == ["编号", "承办", "时限", "时钟", "紧急", "级", "位置", "事由"]
    assert cell_len(line) <= 80
    assert "停计，超 " in line
    assert "一般" in line
    assert "sanitation" not in line
    assert "sanitation" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, ListLanguage.ZH),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, ListLanguage.EN),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN.UTF-8"}, ListLanguage.ZH),
        ({"LANG": "en_GB.UTF-8"}, ListLanguage.EN),
        ({}, ListLanguage.EN),
    ],
)
def test_the_language_is_that_of_the_locale(
    environment: dict[str, str], language: ListLanguage
) -> None:
    assert language_of_locale(environment) is language
