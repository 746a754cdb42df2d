"""Read the sheets of an XLSX file as texts."""

import io
import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from domain.policy_checks.findings import no_such
from runtime.jobs.policy_import.cells import NO_VALUE, Sheet
from runtime.problems import Problem

MOST_BYTES = 128 * 1024 * 1024
"""Of a workbook without its compression."""
MOST_CELLS = 1_000_000
"""Of a sheet: those that it writes, those that it merges, and those of its rows up to the last."""
_UNREADABLE = (
    BadZipFile,
    InvalidFileException,
    zlib.error,
    EOFError,
    # What openpyxl raises for XML that is cut (SyntaxError) or lacks what Excel writes.
    SyntaxError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    OSError,
    RuntimeError,
)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Za-z0-9:$]+)[\"']")
_WRITTEN = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PADDED = re.compile('(0+)(?:"[^"]*")?')
_COUNTED = re.compile(r'(?:0+|#|General|#,##0)"([^"]*)"')


def read_workbook(
    file: Path, content: bytes, wanted: Sequence[str]
) -> tuple[list[Sheet], list[str]]:
    """Return the wanted sheets, and the names of the others. Raises Problem."""
    try:
        _must_be_small(file, content)
        # Values that the program has calculated; and the formulas, because one may have none.
        book = load_workbook(io.BytesIO(content), data_only=True)
        formulas = load_workbook(io.BytesIO(content))
    except _UNREADABLE as error:
        why = f"{type(error).__name__}: {error}"
        raise Problem(f"{file} is no XLSX file: {why}", do="save it again as XLSX") from error
    names = [each.title for each in book.worksheets]
    for name in wanted:
        if name not in names:
            raise Problem(f"{file}: {no_such('sheet', name, names)}")
    if not names:
        raise Problem(f"{file} has no sheet with cells", do="save it again as XLSX")
    read = list(wanted or names[:1])
    sheets = [_sheet(file, book, formulas, name) for name in read]
    return sheets, [name for name in book.sheetnames if name not in read]


def _must_be_small(file: Path, content: bytes) -> None:
    """Raises Problem for what would need much memory: openpyxl makes an object of every cell."""
    with ZipFile(io.BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
            _too_large(file, f"it is more than {MOST_BYTES // 1024**2} MB without its compression")
        for name in filter(_SHEET.fullmatch, parts.namelist()):
            text = parts.read(name)
            merged = sum(_area(ref.decode()) for ref in _MERGED.findall(text))
            if sum(1 for _ in _WRITTEN.finditer(text)) + merged > MOST_CELLS:
                _too_large(file, f"{name} has more than {MOST_CELLS} cells")


def _too_large(file: Path, why: str) -> None:
    raise Problem(f"{file} is too large: {why}", do="copy the table into a new workbook")


def _area(ref: str) -> int:
    left, top, right, bottom = (edge or 1 for edge in range_boundaries(ref))
    return (right - left + 1) * (bottom - top + 1)


def _sheet(file: Path, book: Workbook, formulas: Workbook, name: str) -> Sheet:
    """Return the texts of a sheet up to its last one: rows and columns may be formatted below."""
    values, written = book[name], _cells(formulas[name])
    texts = {
        place: text
        for place, cell in _cells(values).items()
        if (text := _text(cell, written[place].value if place in written else None))
    }
    height = max((row for row, _ in texts), default=0)
    width = max((column for _, column in texts), default=0)
    spread = set[int]()
    for area in values.merged_cells.ranges:
        rows = range(area.min_row, min(area.max_row, height) + 1)
        if area.min_col == 1 and area.max_col >= width > 1:
            spread |= {*rows}
        elif anchor := texts.get((area.min_row, area.min_col)):
            columns = range(area.min_col, min(area.max_col, width) + 1)
            texts |= {(row, column): anchor for row in rows for column in columns}
    return Sheet(name, _rows(file, name, texts, height), frozenset(spread))


def _cells(sheet: Worksheet) -> Mapping[tuple[int, int], Cell | MergedCell]:
    """Return the cells that the file writes; to ask openpyxl for rows makes all between them."""
    found: Mapping[tuple[int, int], Cell | MergedCell] = sheet._cells  # noqa: SLF001
    return found


def _rows(
    file: Path, name: str, texts: Mapping[tuple[int, int], str], height: int
) -> tuple[tuple[str, ...], ...]:
    widths: dict[int, int] = {}
    for row, column in texts:
        widths[row] = max(column, widths.get(row, 0))
    if height + sum(widths.values()) > MOST_CELLS * 2:
        last = max(texts)
        _too_large(file, f"sheet {name} reaches to row {last[0]} and column {max(widths.values())}")
    return tuple(
        tuple(texts.get((row, column), "") for column in range(1, widths.get(row, 0) + 1))
        for row in range(1, height + 1)
    )


def _text(cell: Any, formula: object) -> str:
    value = cell.value
    if value is None:
        # The file was written by a program that calculates nothing.
        return NO_VALUE if formula is not None else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text, form = str(value).strip(), str(cell.number_format)
    if isinstance(value, int | float):
        # A number that is shown as 0103 is the code 0103, and one shown as 2个工作日 says its unit.
        if padded := _PADDED.fullmatch(form):
            text = text.zfill(len(padded[1])) if isinstance(value, int) else text
        if counted := _COUNTED.fullmatch(form):
            text += counted[1]
    return text
