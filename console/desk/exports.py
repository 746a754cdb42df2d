"""A list as a file: its columns, and how CSV and XLSX are written piece by piece, in flat memory.

No column has personal data: the words of a reporter stay in the case. Foreign text cannot act: what
a spreadsheet could take for a formula gets an apostrophe in CSV, and is plain text in XLSX.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol, TypeAlias
from zoneinfo import ZoneInfo

import xlsxwriter

from console.desk.context import Visit
from console.desk.lists import light_of
from schemas.records import CaseRow
from store.cases.filters import is_late

Cell: TypeAlias = str | int | datetime | None

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Begins a CSV file: without it Excel reads Chinese in another encoding."""
_ACTS = ("=", "+", "-", "@", "\t", "\r")
MOST_XLSX = 1_048_575
"""Rows of a sheet, without the head."""
_WIDTH = 18


@dataclass(frozen=True, slots=True)
class ListColumn:
    name: str
    value: Callable[[CaseRow], Cell]
    of_time: bool = False


def columns_of(visit: Visit) -> tuple[ListColumn, ...]:
    """Return the columns, with names in the language of the person."""
    names, now = visit.names, visit.now
    yes, no = visit.words("yes"), visit.words("no")
    return (
        ListColumn(visit.words("Number"), lambda row: row.case_id),
        ListColumn(visit.words("State"), lambda row: _light(row, visit)),
        ListColumn(visit.words("Matter"), lambda row: names.category(row.category)),
        ListColumn(visit.words("Grid"), lambda row: names.grid(row.grid)),
        ListColumn(visit.words("Unit"), lambda row: names.unit(row.holder)),
        ListColumn(visit.words("Stage"), lambda row: names.code("stage", row.stage)),
        ListColumn(visit.words("Tier"), lambda row: names.code("tier", row.tier)),
        ListColumn(visit.words("Urgency"), lambda row: names.code("urgency", row.urgency)),
        ListColumn(visit.words("Channel"), lambda row: names.code("channel", row.channel)),
        ListColumn(visit.words("Level"), lambda row: row.level),
        ListColumn(visit.words("Received"), lambda row: row.received_at, of_time=True),
        ListColumn(visit.words("Clock"), lambda row: names.clock(row.due_clock)),
        ListColumn(visit.words("Due"), _due, of_time=True),
        ListColumn(visit.words("Late"), lambda row: yes if is_late(row, now) else no),
        ListColumn(visit.words("Closed"), lambda row: row.closed_at, of_time=True),
    )


def _due(row: CaseRow) -> datetime | None:
    return row.next_due if row.closed_at is None else None


def _light(row: CaseRow, visit: Visit) -> str:
    return visit.names.code("light", light_of(row, late=is_late(row, visit.now)) or None)


class ListWriter(Protocol):
    """Writes rows into a binary file. `close` completes the file, and leaves it open."""

    def add(self, rows: Sequence[CaseRow]) -> None: ...

    def close(self) -> None: ...


class CsvWriter:
    """CSV in UTF-8; an instant has its offset (`2026-12-03 10:30+08:00`)."""

    media_type = "text/csv; charset=utf-8"
    most: int | None = None

    def __init__(self, file: BinaryIO, columns: Sequence[ListColumn], zone: ZoneInfo) -> None:
        self._file, self._columns, self._zone = file, columns, zone
        self._file.write(BOM.encode())
        self._write([[column.name for column in columns]])

    def add(self, rows: Sequence[CaseRow]) -> None:
        self._write([self._text(column.value(row)) for column in self._columns] for row in rows)

    def close(self) -> None:
        self._file.flush()

    def _write(self, lines: Iterable[Sequence[str]]) -> None:
        piece = io.StringIO(newline="")
        csv.writer(piece).writerows(lines)
        self._file.write(piece.getvalue().encode())

    def _text(self, cell: Cell) -> str:
        if isinstance(cell, datetime):
            return cell.astimezone(self._zone).isoformat(sep=" ", timespec="minutes")
        return guarded("" if cell is None else str(cell))


class XlsxWriter:
    """One sheet; instants are dates of the zone that the head of their column names."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    most: int | None = MOST_XLSX

    def __init__(self, file: BinaryIO, columns: Sequence[ListColumn], zone: ZoneInfo) -> None:
        self._columns, self._zone, self._next = columns, zone, 1
        plain = {"strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True, **plain})
        self._sheet = self._book.add_worksheet()
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        bold = self._book.add_format({"bold": True})
        self._sheet.set_column(0, len(columns) - 1, _WIDTH)
        self._sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            measured = f" ({zone.key})" if column.of_time else ""
            self._sheet.write_string(0, place, column.name + measured, bold)

    def add(self, rows: Sequence[CaseRow]) -> None:
        for row in rows:
            for place, column in enumerate(self._columns):
                self._put(place, column.value(row))
            self._next += 1

    def close(self) -> None:
        self._book.close()

    def _put(self, place: int, cell: Cell) -> None:
        if isinstance(cell, datetime):
            local = cell.astimezone(self._zone).replace(tzinfo=None)
            self._sheet.write_datetime(self._next, place, local, self._date)
        elif isinstance(cell, int):
            self._sheet.write_number(self._next, place, cell)
        elif cell:
            self._sheet.write_string(self._next, place, cell)


WRITERS: Mapping[str, type[CsvWriter] | type[XlsxWriter]] = {"csv": CsvWriter, "xlsx": XlsxWriter}


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_ACTS) else text
