"""Turn a table of standards into the text of categories.yaml, and say what it could not place."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from typing_extensions import override

from domain.policy.standard_tables import TableClass, TableReading, read_table
from domain.policy.table_terms import Column, TableRow, Unplaced
from runtime.jobs.policy_import.read_limits import ReadLimits
from runtime.jobs.policy_import.sheets import read_sheets
from runtime.jobs.policy_import.tables import FoundTable, find_table
from runtime.problems import Problem
from schemas.base import Written
from schemas.packs.columns import ColumnsFile
from schemas.packs.policy import CategoryEntry
from schemas.packs.standards import StandardEntry
from store.packs.problems import misshapen, path_text
from store.packs.yaml_files import read_yaml

MADE = "# Made by `sanban policy import`. Change the table or its columns file, and import again.\n"
"""The first line of what is written: a file without it was written by a person."""

_COLUMNS = {
    "id": Column.STANDARD,
    "when": Column.CONDITION,
    "within": Column.LIMIT,
    "measure": Column.LIMIT,
    "steps": Column.LIMIT,
    "date_within": Column.LIMIT,
    "close": Column.RESULTS,
    "evidence": Column.EVIDENCE,
}
"""Which column a field of a standard comes from."""
_COLUMNS_OF_CLASS = {
    "id": Column.CLASS,
    "name": Column.NAME,
    "name_en": Column.NAME_EN,
    "group": Column.GROUP,
    "codes": Column.CODES,
    "words": Column.WORDS,
}
_LEFT_OUT = "it is left out; correct it"


@dataclass(frozen=True, slots=True)
class Imported:
    """The text of categories.yaml, what of the table is not in it, and how its limits were read.

    `rows` are those of the table, `whole` those of which everything is in the text.
    """

    text: str
    classes: int
    rows: int
    whole: int
    blank: int
    unplaced: tuple[Unplaced, ...]
    notes: tuple[str, ...]
    read_as: tuple[str, ...] = ()


def columns_file(file: Path) -> ColumnsFile:
    """Return what a columns file says. Raises Problem with every mistake, by line."""
    try:
        page = read_yaml(file.read_bytes())
    except OSError as error:
        raise Problem(f"{file} cannot be read: {error.strerror or error}") from error
    lines = [
        f"{file.name}:{flaw.line}: {path_text(flaw.path)}: {flaw.reason}" for flaw in page.flaws
    ]
    if not lines:
        try:
            return ColumnsFile.model_validate_json(json.dumps(page.value), strict=True)
        except ValidationError as error:
            lines = [
                f"{file.name}:{page.line(path)}: {path_text(path)}: {reason}"
                for path, reason in misshapen(error, ColumnsFile)
            ]
    raise Problem(f"{file}: the columns cannot be read", lines=lines)


def import_table(file: Path, said: ColumnsFile) -> Imported:
    """Return the classes of the table in `file`. Raises Problem if there is no such table."""
    sheets, others = read_sheets(file, said.sheets)
    tables = [find_table(sheet, said) for sheet in sheets]
    reading = read_table([row for table in tables for row in table.rows], said.to_domain())
    limits = ReadLimits()
    entries = [*_entries(reading, said, limits)]
    unplaced = (*(each for table in tables for each in table.unplaced), *reading.unplaced)
    if not entries:
        raise Problem(f"{file}: no row of the table could be placed", lines=map(line, unplaced))
    return Imported(
        text=_text(entries),
        classes=len(entries),
        rows=reading.rows + _spread(tables),
        whole=_whole(reading, unplaced),
        blank=sum(table.blank for table in tables),
        unplaced=tuple(sorted(unplaced, key=lambda each: (each.sheet, each.row))),
        notes=(
            *(note for table in tables for note in table.notes),
            *(
                f"sheet {name} is not read; list it under `sheets` if it should be"
                for name in others
            ),
        ),
        read_as=limits.lines(),
    )


def line(each: Unplaced) -> str:
    """Return `row 12, 处置时限: ...`."""
    row = f"row {each.row}" if each.row else ""
    where = ", ".join(filter(None, (each.sheet, row, each.column)))
    return f"{where}: {each.reason}"


def _spread(tables: Sequence[FoundTable]) -> int:
    return sum(bool(each.row) and not each.column for table in tables for each in table.unplaced)


def _whole(reading: TableReading, unplaced: Sequence[Unplaced]) -> int:
    """Count the rows of which nothing is missing."""
    placed = {
        (each.row.sheet, each.row.number)
        for found in reading.classes.values()
        for each in found.standards
    }
    return len(placed - {(each.sheet, each.row) for each in unplaced})


def _entries(
    reading: TableReading, said: ColumnsFile, limits: ReadLimits
) -> Iterator[dict[str, Any]]:
    """Yield each class as the pack has it, without what its form refuses, which is said."""
    more = {code: dict(fields) for code, fields in said.classes.items()}
    for code, found in reading.classes.items():
        base = _with(said.every, found.said) | more.pop(code, {})
        standards = [*_standards(reading, found)]
        if entry := _checked(reading, found, base):
            for row, standard in standards:
                limits.add(row, standard)
            ordered = {name: entry[name] for name in CategoryEntry.model_fields if name in entry}
            yield ordered | (
                {"standards": [standard for _, standard in standards]} if standards else {}
            )
    for code, fields in more.items():
        entry = {"id": code} | fields
        if problems := [*_misfits(CategoryEntry, entry)]:
            lines = [f"classes.{code}.{path_text(path)}: {reason}" for path, reason in problems]
            raise Problem("a class of the columns file cannot be written", lines=lines)
        yield entry


def _with(every: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a class; what the table says outranks what holds for every class."""
    # A class without a unit keeps no unit of every class, and the other way round.
    led = {"lead", "by_grid", "vacuum"}
    kept = {
        name: value for name, value in every.items() if name not in led or not led & said.keys()
    }
    return said | {name: value for name, value in kept.items() if name not in said}


def _standards(
    reading: TableReading, found: TableClass
) -> Iterator[tuple[TableRow, dict[str, Any]]]:
    for each in found.standards:
        said = dict(each.said)
        for path, reason in _misfits(StandardEntry, said):
            name = str(path[0]) if path else "within"
            reading.lacks(each.row, _COLUMNS.get(name, Column.LIMIT), f"{reason}; {_LEFT_OUT}")
            for gone in ("within", "measure") if name in {"within", "measure"} else (name,):
                said.pop(gone, None)
        if {"id", "when"} <= said.keys():
            yield each.row, said


def _checked(
    reading: TableReading, found: TableClass, base: dict[str, Any]
) -> dict[str, Any] | None:
    """Return the class without the fields that its form refuses; None if it cannot be without."""
    for path, reason in _misfits(CategoryEntry, base):
        name = str(path[0]) if path else "lead"
        _lacks_field(reading, found.row, name, reason)
        if name in {"id", "name"}:
            for each in found.standards:
                reading.lacks(each.row, Column.CLASS, "its class could not be written")
            return None
        base = {key: value for key, value in base.items() if key != name}
    if any(True for _ in _misfits(CategoryEntry, base)):
        base = {key: value for key, value in base.items() if key not in {"lead", "by_grid"}}
        base["vacuum"] = True
    return base


def _lacks_field(reading: TableReading, row: TableRow, name: str, reason: str) -> None:
    column = _COLUMNS_OF_CLASS.get(name, Column.LEAD)
    reading.lacks(row, column, f"{name}: {reason}; {_LEFT_OUT}")


def _misfits(model: type[Written], entry: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    try:
        model.model_validate_json(json.dumps(entry), strict=True)
    except ValidationError as error:
        yield from misshapen(error, model)


class _Flow(yaml.SafeDumper):
    @override
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(entries: Sequence[dict[str, Any]]) -> str:
    """Return the file: one line a standard, so that a change of a row is a change of a line."""
    lines = [MADE, "categories:\n"]
    for entry in entries:
        standards = entry.get("standards", [])
        first = _flow({key: value for key, value in entry.items() if key != "standards"})
        if not standards:
            lines.append(f"  - {first}\n")
            continue
        lines.append(f"  - {first[:-1]},\n     standards: [\n")
        lines += [f"       {_flow(each)},\n" for each in standards]
        lines.append("     ]}\n")
    return "".join(lines)


def _flow(value: dict[str, Any]) -> str:
    dumped: str = yaml.dump(
        value,
        Dumper=_Flow,
        default_flow_style=True,
        allow_unicode=True,
        sort_keys=False,
        width=10**6,
    )
    return dumped.rstrip("\n")
