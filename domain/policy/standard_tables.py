"""A table of filing and closing standards (立案结案标准): from its rows to the classes of a pack.

What a cell says and a pack cannot is `Unplaced`, with what to do: no cell goes missing in silence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from domain.characters import quoted
from domain.policy.table_terms import Column, TableRow, TableTerms, Unplaced
from domain.policy.written_limits import WrittenLimit, date_limit_of, limit_of, plain, steps_of

_ID = "[a-z][a-z0-9-]{0,63}"
"""How ids are written in a pack."""


@dataclass(slots=True)
class TableStandard:
    """A standard as the pack writes it, and the row that says it."""

    row: TableRow
    said: dict[str, Any]


@dataclass(slots=True)
class TableClass:
    """A class as the pack writes it, where it began, and its standards."""

    row: TableRow
    said: dict[str, Any]
    standards: list[TableStandard] = field(default_factory=list)
    cells: dict[Column, tuple[str, int]] = field(default_factory=dict)


@dataclass(slots=True)
class TableReading:
    """The classes of a table in the order of its rows, and what could not be placed."""

    terms: TableTerms
    classes: dict[str, TableClass] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)
    rows: int = 0

    def lacks(self, row: TableRow, column: Column, reason: str) -> None:
        heading = self.terms.headings.get(column, column)
        self.unplaced.append(Unplaced(row.sheet, row.number, heading, reason))


def read_table(rows: Iterable[TableRow], terms: TableTerms) -> TableReading:
    """Return the classes that the rows say, with everything that they say and a pack cannot."""
    reading = TableReading(terms)
    for row in _filled(rows, terms.fill):
        reading.rows += 1
        found = _class(reading, row)
        if found is not None:
            _standard(reading, found, row)
    for each in reading.classes.values():
        _owned(reading, each)
    return reading


def _filled(rows: Iterable[TableRow], fill: tuple[Column, ...]) -> Iterator[TableRow]:
    above: Mapping[Column, str] = {}
    sheet = None
    for row in rows:
        if row.sheet != sheet:
            above, sheet = {}, row.sheet
        cells = dict(row.cells)
        # A name without a code begins a class of its own: it is not that of the row above.
        begins = cells.get(Column.NAME, "") not in {"", above.get(Column.NAME, "")}
        for column in fill:
            if not cells.get(column) and above.get(column):
                if column is Column.CLASS and begins:
                    continue
                cells[column] = above[column]
        if not cells.get(Column.NAME) and cells.get(Column.CLASS) == above.get(Column.CLASS):
            cells[Column.NAME] = above.get(Column.NAME, "")
        above = cells
        yield TableRow(row.sheet, row.number, cells)


def _class(reading: TableReading, row: TableRow) -> TableClass | None:
    code = row.cells.get(Column.CLASS, "")
    if not code:
        reading.lacks(row, Column.CLASS, "is empty; the row belongs to no class; give it its code")
        return None
    found = reading.classes.get(code)
    if found is None:
        found = reading.classes[code] = TableClass(row, {"id": code})
    for column in (
        Column.NAME,
        Column.NAME_EN,
        Column.GROUP,
        Column.CODES,
        Column.LEAD,
        Column.WORDS,
        Column.SUPERVISED_BY,
    ):
        text = row.cells.get(column, "")
        if not text:
            continue
        said, first = found.cells.setdefault(column, (text, row.number))
        if said != text:
            reason = f"says {quoted(text)}, and row {first} of the same class says {quoted(said)}"
            reading.lacks(row, column, f"{reason}, which is kept; make them one, or two classes")
        elif first == row.number:
            _say_of_class(reading, found, row, column, text)
    return found


def _say_of_class(
    reading: TableReading, found: TableClass, row: TableRow, column: Column, text: str
) -> None:
    terms = reading.terms
    if column is Column.GROUP:
        group = terms.groups.get(text, text)
        if group == text and not re.fullmatch(_ID, text):
            reading.lacks(row, column, f"{quoted(text)} has no id; say it under `groups`")
            return
        found.said["group"] = group
    elif column is Column.CODES:
        if terms.codes_of is None:
            reading.lacks(row, column, "codes are those of a source; say which with `codes_of`")
            return
        found.said["codes"] = {terms.codes_of: _several(text)}
    elif column is Column.WORDS:
        found.said["words"] = list(dict.fromkeys(_several(text)))
    elif column is Column.SUPERVISED_BY:
        found.said["supervised_by"] = _supervising(reading, row, text)
    elif column is Column.LEAD:
        lead = terms.leads.get(text)
        if lead is None and not re.fullmatch(_ID, text):
            reading.lacks(row, column, f"{quoted(text)} is no unit; say which under `leads`")
            return
        found.said |= _led_by(lead or text)
    else:
        found.said[column.value] = text


def _supervising(reading: TableReading, row: TableRow, text: str) -> list[str]:
    """Return the departments that a cell names; what is none is named, and left out."""
    found = list[str]()
    for name in _several(text):
        unit = reading.terms.leads.get(name, name)
        if isinstance(unit, str) and re.fullmatch(_ID, unit):
            found.append(unit)
        else:
            reason = f"{quoted(name)} is no unit; say which under `leads`"
            reading.lacks(row, Column.SUPERVISED_BY, reason)
    return list(dict.fromkeys(found))


def _several(text: str) -> list[str]:
    return [*filter(None, re.split(r"[\s、,，;；/]+", text))]


def _led_by(lead: object) -> dict[str, Any]:
    """A unit, or fields of the class such as `{lead: UNIT, by_grid: true}`."""
    return dict(lead) if isinstance(lead, Mapping) else {"lead": lead}


def _owned(reading: TableReading, each: TableClass) -> None:
    """A class has a name, and a unit or the word that it has none."""
    if "name" not in each.said:
        reading.lacks(each.row, Column.NAME, "is empty; give the class its name")
        each.said["name"] = each.said["id"]
    each.said.setdefault("name_en", each.said["name"])
    if {"lead", "by_grid", "vacuum"} & each.said.keys():
        return
    if reading.terms.lead is not None:
        each.said |= _led_by(reading.terms.lead)
        return
    if Column.LEAD not in each.cells:
        reading.lacks(each.row, Column.LEAD, "says no unit; fill it in, or say `lead` for all")
    # What no unit owns goes to the office of the leading group, so no such case is lost.
    each.said["vacuum"] = True


def _standard(reading: TableReading, found: TableClass, row: TableRow) -> None:
    condition = row.cells.get(Column.CONDITION, "")
    if not condition:
        reason = "is empty, so the row is no standard; say when a matter is filed under it"
        reading.lacks(row, Column.CONDITION, reason)
        return
    id_ = row.cells.get(Column.STANDARD) or reading.terms.ids.get(condition) or _id(condition)
    twin = next((each for each in found.standards if each.said["id"] == id_), None)
    if twin is not None:
        reason = f"is standard {id_} of the class, as row {twin.row.number} is; keep one of them"
        reading.lacks(row, Column.CONDITION, reason)
        return
    said = {"id": id_, "when": condition}
    said |= _limit(reading, row) | _results(reading, row) | _evidence(reading, row)
    found.standards.append(TableStandard(row, said))


def _id(condition: str) -> str:
    """Return an id that stays while the condition does, whatever rows come before it."""
    return f"c{sha256(plain(condition).encode()).hexdigest()[:6]}"


def _limit(reading: TableReading, row: TableRow) -> dict[str, Any]:
    if Column.LIMIT not in reading.terms.headings:
        return {}
    text = row.cells.get(Column.LIMIT, "")
    if not text:
        reading.lacks(row, Column.LIMIT, _empty(Column.LIMIT))
        return {}
    try:
        return _limits(reading.terms, text, row.cells.get(Column.MEASURE, ""))
    except ValueError as error:
        reading.lacks(row, Column.LIMIT, str(error))
        return {}


def _limits(terms: TableTerms, text: str, how: str) -> dict[str, Any]:
    """Return one limit, the steps, or the latest date. Raises ValueError."""
    if steps := steps_of(text, terms.notation, how, terms.ids):
        return {
            "steps": [
                {"id": terms.ids.get(words) or _id(words)} | _said(limit) for words, limit in steps
            ]
        }
    last = date_limit_of(text, terms.notation, how)
    if last is None:
        return _said(limit_of(text, terms.notation, how))
    if terms.name_date is None:
        reason = (
            "when the unit has to name the date is not said; say it with `name_date`, as in 2wd"
        )
        raise ValueError(reason)
    if last.measure is not None:
        raise ValueError("the latest date is counted in hours; write it in days")
    return _said(limit_of(terms.name_date, terms.notation)) | {"date_within": last.within}


def _said(limit: WrittenLimit) -> dict[str, Any]:
    return {"within": limit.within} | ({"measure": limit.measure.value} if limit.measure else {})


def _empty(column: Column) -> str:
    return f"is empty; fill it in, or list `{column}` under `fill` if the cell above holds here"


_MARK = re.compile(r"^\s*(?:[(（]?[0-9]+(?:[)）]|[.．、](?![0-9]))|[①-⑳])\s*")
"""The mark of an item: 1. and 1、 and （1） and ①, but neither 1.5米 nor 2、3号楼."""


def _results(reading: TableReading, row: TableRow) -> dict[str, Any]:
    if Column.RESULTS not in reading.terms.headings:
        return {}
    parts = re.split(f"[{re.escape(reading.terms.separators)}]", row.cells.get(Column.RESULTS, ""))
    names = [_MARK.sub("", each).strip(" \t。") for each in parts]
    results = list(dict.fromkeys(filter(None, names)))
    if not results:
        reading.lacks(row, Column.RESULTS, _empty(Column.RESULTS))
        return {}
    return {"close": results}


_AROUND = re.compile("(?:处置|整改)?前后各([0-9]+)[张件份个]?(?:照片)?")
_APART = re.compile("(?:处置|整改)?前([0-9]+)[张件份个]?[,;、]?(?:处置|整改)?后([0-9]+)[张件份个]?")
_FILES = re.compile("([0-9]+)[张件份个]?(?:照片)?")


def _evidence(reading: TableReading, row: TableRow) -> dict[str, Any]:
    files: dict[str, int] = {}
    if text := row.cells.get(Column.EVIDENCE, ""):
        if found := _AROUND.fullmatch(plain(text)):
            files = {"before": int(found[1]), "after": int(found[1])}
        elif found := _APART.fullmatch(plain(text)):
            files = {"before": int(found[1]), "after": int(found[2])}
        elif found := _FILES.fullmatch(plain(text)):
            files = {"after": int(found[1])}
        else:
            reason = f"{quoted(text)} is no number of files, such as 前1后1; correct it"
            reading.lacks(row, Column.EVIDENCE, reason)
    for column in (Column.BEFORE, Column.AFTER):
        if text := row.cells.get(column, ""):
            if found := _FILES.fullmatch(plain(text)):
                files[column.value] = int(found[1])
            else:
                reading.lacks(row, column, f"{quoted(text)} is no number of files; correct it")
    return {"evidence": files} if files else {}
