"""A table of standards becomes categories.yaml; what a pack cannot say is named by row and column.

tests/fakes/standards/table.csv is invented: 144 rows of events, 375 of parts, 190 classes.
"""

import csv
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from domain.policy.diffs import diff
from domain.policy.model import Policy
from domain.sla.clocks import Measure
from runtime.jobs.policy_import.importing import Imported, columns_file, import_table, line
from runtime.policy_lines import line as change_line
from runtime.problems import Problem
from store.packs.loader import load_pack
from tests.fakes.packs import HOLIDAYS, written

STANDARDS = Path(__file__).parents[1] / "fakes" / "standards"
TABLE, COLUMNS = STANDARDS / "table.csv", STANDARDS / "columns.yaml"
SMALL = """\
columns: {class: 代码, name: 名称, condition: 立案条件, limit: 时限, results: 结案标准, lead: 单位}
hours: continuous
leads: {城管: urban-mgmt}
"""
HEAD = ("代码", "名称", "立案条件", "时限", "结案标准", "单位")
BIN = ("0101", "果皮箱", "破损", "2个工作日", "修复；更换", "城管")


def imported(directory: Path, *rows: Sequence[str], columns: str = SMALL) -> Imported:
    said = directory / "columns.yaml"
    said.write_text(columns)
    table = directory / "table.csv"
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return import_table(table, columns_file(said))


def unplaced(found: Imported) -> list[str]:
    return [line(each) for each in found.unplaced]


def policy(directory: Path, text: str) -> Policy:
    """Return what `policy check` takes for a valid pack."""
    directory.mkdir(exist_ok=True)
    return load_pack(written(directory, categories=text, patrols=None), HOLIDAYS)


def the_table() -> Imported:
    return import_table(TABLE, columns_file(COLUMNS))


def test_a_table_of_519_rows_is_counted_exactly() -> None:
    found = the_table()

    assert found.rows == 519
    assert found.whole == 519
    assert found.classes == 190 + 1
    assert found.blank == 3
    assert found.unplaced == ()
    assert list(found.notes) == [
        "row 1: above the headings, not read: '某市城市管理事件和部件立案结案标准（虚构）'",
        "row 150: the headings again, not read",
    ]


def test_what_was_written_is_a_valid_pack(tmp_path: Path) -> None:
    town = policy(tmp_path, the_table().text)
    [litter] = [each for each in town.categories if each.id == "10103"]

    assert len(town.categories) == 191
    standards = [standard for each in town.categories for standard in each.standards]
    assert len(standards) == 519
    assert sum(bool(each.steps) for each in standards) == 34
    assert sum(each.dated is not None for each in standards) == 9
    assert litter.group == "city-appearance"
    assert litter.codes == (("https://city.example/*", ("1-10103",)),)
    assert [(each.when, each.within, each.measure) for each in litter.standards] == [
        ("影响通行", timedelta(days=10), Measure.CONTINUOUS),
        ("背街小巷", timedelta(hours=4), Measure.WORKING),
        ("有安全隐患", timedelta(days=7), Measure.CONTINUOUS),
        ("主干道上", timedelta(hours=1), Measure.CONTINUOUS),
    ]
    assert litter.standards[2].close == ("拆除", "恢复原状")
    assert litter.standards[2].before == 1
    assert litter.standards[2].after == 2


def test_the_same_table_is_written_alike() -> None:
    assert the_table().text == the_table().text


def test_a_row_in_between_changes_its_own_line_alone(tmp_path: Path) -> None:
    last = ("0101", "果皮箱", "倾斜", "4小时", "扶正", "")
    before = imported(tmp_path, BIN, last)
    after = imported(tmp_path, BIN, ("0101", "", "异味", "1个工作日", "清洗", ""), last)
    changes = diff(policy(tmp_path / "a", before.text), policy(tmp_path / "b", after.text))

    told = [change_line(each, ZoneInfo("Asia/Shanghai")) for each in changes]
    new = [each for each in after.text.splitlines() if each not in before.text.splitlines()]
    assert len(new) == 1
    assert "异味" in new[0]
    assert sum("categories 0101 standards" in each and "added" in each for each in told) == 1


def test_a_workbook_with_merged_cells_says_the_same(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [*csv.reader(file)]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=12)
    for number, row in enumerate(rows, 1):
        end = next(
            (
                last
                for last, after in enumerate(rows[number:], number + 1)
                if after[2] or not after[0]
            ),
            len(rows) + 1,
        )
        if row[2] and end - 1 > number:
            for column in (3, 4, 5, 10, 11):
                sheet.merge_cells(
                    start_row=number, end_row=end - 1, start_column=column, end_column=column
                )
    book.create_sheet("说明")
    book.save(tmp_path / "table.xlsx")

    found = import_table(tmp_path / "table.xlsx", columns_file(COLUMNS))
    assert found.text == the_table().text
    assert found.whole == the_table().whole
    assert found.notes[-1] == "sheet 说明 is not read; list it under `sheets` if it should be"


def test_a_number_that_is_shown_as_0103_and_a_formula(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet.append((103, "果皮箱", "破损", "=1+1", "修复", "城管"))
    sheet["A2"].number_format = "0000"
    book.save(tmp_path / "table.xlsx")
    said = tmp_path / "columns.yaml"
    said.write_text(SMALL)

    found = import_table(tmp_path / "table.xlsx", columns_file(said))
    assert "'0103'" in found.text
    assert unplaced(found)[0] == (
        "Sheet, row 2, 时限: is a formula without a value (#FORMULA); write the value"
    )


def test_a_table_of_a_chinese_spreadsheet_program_is_read(tmp_path: Path) -> None:
    found = imported(tmp_path, BIN)
    table = tmp_path / "table.csv"
    table.write_bytes(table.read_text(encoding="utf-8").encode("gb18030"))

    again = import_table(table, columns_file(tmp_path / "columns.yaml"))
    assert again.text == found.text


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            ("", "井盖", "破损", "2小时", "修复", "城管"),
            "row 3, 代码: is empty; the row belongs to no class; give it its code",
        ),
        (
            ("0102", "井盖", "", "2小时", "修复", "城管"),
            (
                "row 3, 立案条件: is empty, so the row is no standard; "
                "say when a matter is filed under it"
            ),
        ),
        (
            ("0102", "井盖", "破损", "", "修复", "城管"),
            (
                "row 3, 时限: is empty; fill it in, or list `limit` under `fill` if the cell above "
                "holds here"
            ),
        ),
        (
            ("0102", "井盖", "破损", "尽快", "修复", "城管"),
            (
                "row 3, 时限: '尽快' is no limit that is understood, such as 2个工作日 or 24小时; "
                "correct it, or say under `limits` what it means"
            ),
        ),
        (
            ("0102", "井盖", "破损", "2小时", "", "城管"),
            (
                "row 3, 结案标准: is empty; fill it in, or list `results` under `fill` if the cell "
                "above holds here"
            ),
        ),
        (
            ("0102", "井盖", "破损", "2小时", "修复", "水务"),
            "row 3, 单位: '水务' is no unit; say which under `leads`",
        ),
        (
            ("0102", "", "破损", "2小时", "修复", "城管"),
            "row 3, 名称: is empty; give the class its name",
        ),
        (
            ("0101", "废物箱", "倾斜", "2小时", "修复", ""),
            (
                "row 3, 名称: says '废物箱', and row 2 of the same class says '果皮箱', which is "
                "kept; make them one, or two classes"
            ),
        ),
        (
            ("0101", "", "破损", "2小时", "修复", ""),
            "row 3, 立案条件: is standard caefb2b of the class, as row 2 is; keep one of them",
        ),
        (
            ("0102", "井盖", "破损" * 101, "2小时", "修复", "城管"),
            "row 3, 立案条件: must have no more than 200 characters; it is left out; correct it",
        ),
        (
            ("编码二", "井盖", "破损", "2小时", "修复", "城管"),
            "row 3, 代码: its class could not be written",
        ),
    ],
)
def test_what_cannot_be_placed_is_named(row: Sequence[str], said: str, tmp_path: Path) -> None:
    found = imported(tmp_path, BIN, row)

    assert said in unplaced(found)
    assert found.rows == 2
    assert found.whole == 1
    assert policy(tmp_path / "pack", found.text + OTHERS).category("0101") is not None


OTHERS = """\
  - {id: garbage, name: 垃圾, name_en: Garbage, lead: urban-mgmt}
"""


def test_a_class_without_a_unit_is_one_that_no_unit_owns(tmp_path: Path) -> None:
    found = imported(tmp_path, ("0102", "井盖", "破损", "2小时", "修复", ""))

    assert unplaced(found) == ["row 2, 单位: says no unit; fill it in, or say `lead` for all"]
    assert "vacuum: true" in found.text


def test_a_column_that_is_not_mapped_is_named(tmp_path: Path) -> None:
    said = SMALL.replace(", lead: 单位", "") + "lead: urban-mgmt\n"
    found = imported(tmp_path, BIN, columns=said)

    assert unplaced(found) == [
        "单位: 1 cell is not read; map the column, or list it under `ignore`"
    ]


def test_a_heading_that_is_missing_is_named_with_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"columns\.condition: no heading '立案条'; did you mean"):
        imported(tmp_path, BIN, columns=SMALL.replace("立案条件", "立案条"))


def test_a_columns_file_with_a_mistake_is_named_by_line(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"columns\.yaml:2: hours: "):
        imported(tmp_path, BIN, columns=SMALL.replace("hours: continuous", "hours: always"))
