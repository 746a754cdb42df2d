"""Read the sheets of a table as texts, with the row numbers that people see; CSV files here."""

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from pathlib import Path

from runtime.jobs.policy_import.cells import Sheet
from runtime.problems import Problem

_ENCODINGS = ("utf-8-sig", "gb18030")
"""GB 18030 is what spreadsheet programs in China write."""


def read_sheets(file: Path, wanted: Sequence[str]) -> tuple[list[Sheet], list[str]]:
    """Return the wanted sheets, by default the first, and the names of those that are not read.

    Raises Problem.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Problem(f"{file} cannot be read: {error.strerror or error}") from error
    if file.suffix.lower() == ".csv":
        if wanted:
            raise Problem(f"{file}: a CSV file has no sheets", do="remove `sheets`")
        return [Sheet("", _csv(file, content))], []
    if file.suffix.lower() != ".xlsx":
        raise Problem(f"{file} is neither .csv nor .xlsx", do="save it as one of them")
    # A town whose tables are CSV files need not wait for the library.
    from runtime.jobs.policy_import.workbooks import read_workbook  # noqa: PLC0415

    return read_workbook(file, content, wanted)


def _csv(file: Path, content: bytes) -> tuple[tuple[str, ...], ...]:
    for encoding in _ENCODINGS[:1] if content.startswith(BOM_UTF8) else _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        try:
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
            return tuple(tuple(cell.strip() for cell in row) for row in rows)
        except csv.Error as error:
            raise Problem(f"{file} is no CSV file: {error}", do="save it again") from error
    raise Problem(f"{file} is {_unreadable(content)}", do="save it as UTF-8")


def _unreadable(content: bytes) -> str:
    """Return what the bytes are not, and where that shows."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "UTF-16"
    places = {encoding: _first_wrong(content, encoding) for encoding in _ENCODINGS}
    if content.startswith(BOM_UTF8):
        return f"marked as UTF-8, and byte {places['utf-8-sig']} is not"
    where = f"byte {places['utf-8-sig']} is no UTF-8, byte {places['gb18030']} no GB 18030"
    return f"neither UTF-8 nor GB 18030: {where}"


def _first_wrong(content: bytes, encoding: str) -> int:
    """Return the number of the first byte that cannot be read; the first byte is 1."""
    try:
        content.removeprefix(BOM_UTF8).decode(encoding.removesuffix("-sig"))
    except UnicodeDecodeError as error:
        return error.start + 1 + (len(BOM_UTF8) if content.startswith(BOM_UTF8) else 0)
    return 0
