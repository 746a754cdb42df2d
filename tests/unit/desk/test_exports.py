"""A list as a file: all of it, as a spreadsheet reads it, and nothing that acts or is personal."""

import csv
import io
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from console.desk.exports import CsvWriter, ListColumn, XlsxWriter, guarded
from domain.policy.model import Policy
from schemas.journal import row_of
from schemas.records import CaseRow
from tests.fakes.desk import NOW, Browser, Desk
from tests.fakes.gateway import POLICIES, TOWN, ask

SAID = "赵先生 13800001111 说井盖丢了"


async def town(number: int, policy: Policy | None = None) -> tuple[Desk, Browser]:
    """A desk with so many cases, and a person who reads all of them."""
    desk = Desk() if policy is None else Desk(policies={**POLICIES, TOWN: policy})
    for nth in range(number):
        desk.file("stray-dogs" if nth % 2 else "restaurant-fumes", text=SAID)
    browser = Browser(desk)
    await browser.sign_in("zhu-lihua", language="zh")
    return desk, browser


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


async def test_a_csv_has_every_case_of_the_list_and_begins_as_excel_needs_it() -> None:
    desk, browser = await town(1005)

    answer = await browser.open("/cases.csv?tier=assign&after=none/x")

    head, *rows = lines(answer.body.decode("utf-8-sig"))
    expected = {n for n, life in desk.lives.items() if life.case.tier == "assign"}
    assert answer.body.startswith(b"\xef\xbb\xbf")
    assert head[0] == "编号"
    assert {row[0] for row in rows} == expected
    assert len(rows) == len(expected) > 500
    assert answer.headers["x-rows"] == str(len(rows))
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["cache-control"] == "no-store"


async def test_times_of_a_csv_have_their_offset() -> None:
    _, browser = await town(1)

    head, row = lines((await browser.open("/cases.csv")).body.decode("utf-8-sig"))

    assert row[head.index("受理时间")] == "2026-11-24 10:30+08:00"


async def test_an_xlsx_has_the_same_rows_with_dates_of_the_zone_in_the_head() -> None:
    desk, browser = await town(30)

    answer = await browser.open("/cases.xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.body)).active
    assert sheet is not None
    head, *rows = [[cell.value for cell in line] for line in sheet.rows]
    received = next(place for place, name in enumerate(head) if str(name).startswith("受理时间"))
    assert "(Asia/Shanghai)" in str(head[received])
    assert {row[0] for row in rows} == {*desk.lives}
    assert rows[0][received] == (NOW + timedelta(hours=8)).replace(tzinfo=None)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_file_has_no_words_of_a_reporter(kind: str) -> None:
    _, browser = await town(3)

    answer = await browser.open(f"/cases.{kind}")

    if kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(answer.body)).active
        assert sheet is not None
        shown = str([[cell.value for cell in line] for line in sheet.rows])
    else:
        shown = answer.body.decode()
    assert "13800001111" not in shown
    assert "井盖" not in shown


async def test_what_was_taken_is_journaled_with_its_filter_and_without_the_searched_name() -> None:
    desk, browser = await town(4)

    await browser.open("/cases.csv?tier=assign")
    name = quote("赵先生")
    await browser.open(f"/cases.xlsx?q={name}")

    first, second = desk.exports
    assert first.tenant == TOWN
    assert first.person == "zhu-lihua"
    assert first.kind == "csv"
    assert first.query == "tier=assign"
    assert first.rows == 4
    assert second.query == "q=%283%29"


async def test_a_person_of_one_unit_takes_the_cases_of_that_unit_alone() -> None:
    desk, _ = await town(6)
    squad = Browser(desk)
    await squad.sign_in("xu-meng")

    _, *rows = lines((await squad.open("/cases.csv")).body.decode("utf-8-sig"))

    own = {n for n, life in desk.lives.items() if life.case.holder == "enforcement-squad"}
    assert {row[0] for row in rows} == own
    assert len(own) < 6


async def test_another_site_cannot_make_a_person_take_a_list() -> None:
    desk, browser = await town(1)
    browser.headers = (("sec-fetch-site", "cross-site"),)

    assert (await browser.open("/cases.csv")).status == 403
    assert desk.exports == []


@pytest.mark.parametrize("path", ["/cases.csv?stage=none-such", "/cases.xlsx?q=a"])
async def test_a_list_that_does_not_exist_is_not_taken(path: str) -> None:
    desk, browser = await town(1)

    assert (await browser.open(path)).status == 400
    assert desk.exports == []


async def test_more_rows_than_a_sheet_has_are_refused_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("console.desk.exports.XlsxWriter.most", 2)
    desk, browser = await town(3)

    answer = await browser.open("/cases.xlsx")

    assert answer.status == 422
    assert "CSV" in answer.text
    assert desk.exports == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_csv_is_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"


async def test_a_unit_with_the_name_of_a_formula_stays_text_in_both_files() -> None:
    policy = POLICIES[TOWN]
    units = tuple(
        replace(unit, name='=HYPERLINK("http://example.org")')
        if unit.id == "enforcement-squad"
        else unit
        for unit in policy.units
    )
    _, browser = await town(2, replace(policy, units=units))

    text = (await browser.open("/cases.csv")).body.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO((await browser.open("/cases.xlsx")).body))

    sheet = book.active
    assert sheet is not None
    cells = [cell for line in sheet.rows for cell in line if "HYPERLINK" in str(cell.value)]
    assert "'=HYPERLINK" in text
    assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.parametrize("kind", [CsvWriter, XlsxWriter])
async def test_ten_times_the_rows_need_no_more_memory(
    kind: type[CsvWriter] | type[XlsxWriter], tmp_path: Path
) -> None:
    desk, _ = await town(1)
    [life] = desk.lives.values()
    rows = [row_of(life.case)] * 100
    peaks = [peak_of(kind, rows, times, tmp_path) for times in (5, 5, 50)]

    assert peaks[2] < 1.5 * peaks[1]


def peak_of(
    kind: type[CsvWriter] | type[XlsxWriter], rows: list[CaseRow], times: int, place: Path
) -> int:
    columns = (
        ListColumn("Number", lambda row: row.case_id),
        ListColumn("At", lambda row: row.received_at),
    )
    tracemalloc.start()
    with (place / "list").open("w+b") as file:
        writer = kind(file, columns, ZoneInfo("Asia/Shanghai"))
        for _ in range(times):
            writer.add(rows)
        writer.close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("path", ["/cases.csv", "/cases.xlsx"])
async def test_who_asks_only_for_the_head_takes_no_list_away(path: str) -> None:
    desk, browser = await town(3)
    cookie = [("cookie", f"sanban={browser.cookie}")]

    answer = await ask(desk.app(), "HEAD", path, token=None, headers=cookie)

    assert answer.status == 200
    assert answer.body == b""
    assert desk.exports == []
