"""Read the sheets of an XLSX file as texts."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from domain.policy_checks.findings import no_such
from runtime.jobs.policy_import.cells import NO_VALUE, Sheet
from runtime.problems import Problem


def read_workbook(
    file: Path, content: bytes, wanted: Sequence[str]
) -> tuple[list[Sheet], list[str]]:
    """Return the wanted sheets, and the names of the others. Raises Problem."""
    try:
        # Values that the program has calculated; and the formulas, because one may have none.
        book = load_workbook(io.BytesIO(content), data_only=True)
        formulas = load_workbook(io.BytesIO(content))
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise Problem(f"{file} is no XLSX file: {error}", do="save it again as XLSX") from error
    names = [each.title for each in book.worksheets]
    for name in wanted:
        if name not in names:
            raise Problem(f"{file}: {no_such('sheet', name, names)}")
    read = list(wanted or names[:1])
    sheets = [_sheet(book[name], formulas[name]) for name in read]
    return sheets, [name for name in book.sheetnames if name not in read]


def _sheet(values: Worksheet, formulas: Worksheet) -> Sheet:
    cells = {
        (row, column): _text(cell, formulas.cell(row, column).value)
        for row, line in enumerate(values.iter_rows(), 1)
        for column, cell in enumerate(line, 1)
    }
    spread = set()
    for area in values.merged_cells.ranges:
        if area.min_col == 1 and area.max_col == values.max_column > 1:
            spread |= set(range(area.min_row, area.max_row + 1))
            continue
        for row, column in _within(area):
            cells[row, column] = cells[area.min_row, area.min_col]
    width, height = values.max_column, values.max_row
    rows = (
        tuple(cells[row, column] for column in range(1, width + 1)) for row in range(1, height + 1)
    )
    return Sheet(values.title, tuple(rows), frozenset(spread))


def _within(area: Any) -> Iterator[tuple[int, int]]:
    for row in range(area.min_row, area.max_row + 1):
        for column in range(area.min_col, area.max_col + 1):
            yield row, column


def _text(cell: Cell | MergedCell, formula: object) -> str:
    value = cell.value
    if value is None:
        # The file was written by a program that calculates nothing.
        return NO_VALUE if formula is not None else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    form = str(cell.number_format)
    # A number that is shown as 0103 is the code 0103.
    is_padded = isinstance(value, int) and form == "0" * len(form)
    return text.zfill(len(form)) if is_padded else text
