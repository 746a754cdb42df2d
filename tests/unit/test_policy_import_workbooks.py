"""A workbook that is broken, empty or very large becomes a named problem, and costs little."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from runtime.jobs.policy_import.importing import Imported, columns_file, import_table
from runtime.jobs.policy_import.sheets import read_sheets
from runtime.problems import Problem
from tests.unit.test_policy_import import BIN, HEAD, SMALL, unplaced


def filled() -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet.append(BIN)
    return book, sheet


SHEET = "xl/worksheets/sheet1.xml"


def saved(directory: Path, book: Workbook, parts: Mapping[str, bytes | None] | None = None) -> Path:
    """Save a workbook, with other `parts` in place of its own; None removes one."""
    file = io.BytesIO()
    book.save(file)
    table = directory / "table.xlsx"
    with ZipFile(file) as before, ZipFile(table, "w") as after:
        for name in before.namelist():
            content = (parts or {}).get(name, before.read(name))
            if content is not None:
                after.writestr(name, content)
    return table


def read(table: Path) -> Imported:
    said = table.parent / "columns.yaml"
    said.write_text(SMALL)
    return import_table(table, columns_file(said))


def test_an_empty_first_sheet_has_no_headings(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no row of the sheet has the heading"):
        read(saved(tmp_path, Workbook()))


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "xl/workbook.xml"])
def test_xml_that_is_cut_is_named(part: str, tmp_path: Path) -> None:
    book, _ = filled()
    table = saved(tmp_path, book, {part: b'<?xml version="1.0"?><worksheet><sheetData>'})

    with pytest.raises(Problem, match=r"is no XLSX file: .* -- save it again as XLSX"):
        read(table)


def test_a_workbook_without_its_sheet_is_named(tmp_path: Path) -> None:
    book, _ = filled()

    with pytest.raises(Problem, match=r"has no sheet with cells|is no XLSX file"):
        read(saved(tmp_path, book, {SHEET: None}))


def test_a_sheet_of_a_chart_without_its_drawing_is_named(tmp_path: Path) -> None:
    book, _ = filled()
    book.create_chartsheet("图", 0)
    sheet = b'<chartsheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    with pytest.raises(Problem, match="is no XLSX file"):
        read(saved(tmp_path, book, {"xl/chartsheets/sheet1.xml": sheet}))


def test_rows_below_the_table_that_are_only_formatted_are_not_read(tmp_path: Path) -> None:
    book, sheet = filled()
    sheet.cell(1_000_000, 16_000).number_format = "0.00"
    table = saved(tmp_path, book)

    [found], _ = read_sheets(table, ())
    assert [*map(len, found.rows)] == [len(HEAD), len(BIN)]
    assert read(table).blank == 0


def test_a_text_far_below_costs_no_cells_in_between(tmp_path: Path) -> None:
    book, sheet = filled()
    sheet.cell(900_000, 2).value = "备注"
    found = read(saved(tmp_path, book))

    assert found.blank == 899_997
    assert found.whole == 1


@pytest.mark.parametrize("ref", ["A3:XFD1048576", "A1:ZZ2000"])
def test_a_merge_of_very_many_cells_is_too_large(ref: str, tmp_path: Path) -> None:
    book, _ = filled()
    sheet = ZipFile(saved(tmp_path, book)).read(SHEET)
    merged = f'<mergeCells count="1"><mergeCell ref="{ref}"/></mergeCells>'.encode()
    table = saved(tmp_path, book, {SHEET: sheet.replace(b"</sheetData>", b"</sheetData>" + merged)})

    with pytest.raises(Problem, match=r"is too large: xl/worksheets/sheet1\.xml has more than"):
        read(table)


def test_a_sheet_that_is_wide_in_many_rows_is_too_large(tmp_path: Path) -> None:
    book, sheet = filled()
    for row in range(3, 203):
        sheet.cell(row, 16_000).value = "x"

    with pytest.raises(Problem, match="sheet Sheet reaches to row 202 and column 16000"):
        read(saved(tmp_path, book))


def test_a_number_that_is_shown_with_its_unit_has_it(tmp_path: Path) -> None:
    book, sheet = filled()
    sheet["D2"].value = 2
    sheet["D2"].number_format = '0"个工作日"'
    found = read(saved(tmp_path, book))

    assert unplaced(found) == []
    assert "within: 2wd" in found.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbf" + "代码".encode("gb18030"), "marked as UTF-8, and byte 4 is not"),
        ("代码".encode("utf-16"), "is UTF-16 -- save it as UTF-8"),
        ("代码".encode() + b"\xff", "byte 7 is no UTF-8, byte 7 no GB 18030"),
    ],
)
def test_a_csv_file_in_another_encoding_is_named_with_its_byte(
    content: bytes, said: str, tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(content)

    with pytest.raises(Problem, match=re.escape(said)):
        read_sheets(table, ())
