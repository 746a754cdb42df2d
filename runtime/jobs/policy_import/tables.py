"""Find the table in a sheet: the row of its headings, its columns, the rows that say something."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.characters import quoted
from domain.policy.table_terms import Column, TableRow, Unplaced
from domain.policy.written_limits import plain
from domain.policy_checks.findings import no_such
from runtime.jobs.policy_import.cells import NO_VALUES, Sheet
from runtime.problems import Problem
from schemas.packs.columns import ColumnsFile

_LOOKED_AT = 30
"""So many rows are looked through for the headings, if MAP does not say where they are."""


@dataclass(slots=True)
class FoundTable:
    """The rows of a table, what of the sheet is not in them, and what was left out on purpose."""

    rows: list[TableRow] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    blank: int = 0


def find_table(sheet: Sheet, said: ColumnsFile) -> FoundTable:
    """Return the table of a sheet. Raises Problem if a heading is missing."""
    header, places = _headings(sheet, said)
    found = FoundTable()
    where = f"{sheet.name} row" if sheet.name else "row"
    headings = sheet.rows[header - 1]
    for number, cells in enumerate(sheet.rows, 1):
        texts = [text for text in cells if text]
        if not texts:
            found.blank += number > header
        elif number < header:
            found.notes.append(
                f"{where} {number}: above the headings, not read: {quoted(texts[0])}"
            )
        elif number > header and cells == headings:
            found.notes.append(f"{where} {number}: the headings again, not read")
        elif number > header:
            _row(found, sheet, number, cells, places)
    found.unplaced += _unmapped(sheet, header, places, said)
    return found


def _row(
    found: FoundTable,
    sheet: Sheet,
    number: int,
    cells: tuple[str, ...],
    places: Mapping[int, tuple[Column, str]],
) -> None:
    texts: dict[Column, str] = {}
    for place, (column, heading) in places.items():
        text = cells[place] if place < len(cells) else ""
        if text in NO_VALUES:
            reason = f"is a formula without a value ({text}); write the value"
            found.unplaced.append(Unplaced(sheet.name, number, heading, reason))
            text = ""
        texts[column] = text
    if number in sheet.spread:
        reason = f"one cell across all columns says {quoted(cells[0])}; give each row what it says"
        found.unplaced.append(Unplaced(sheet.name, number, "", reason))
    elif any(texts.values()):
        found.rows.append(TableRow(sheet.name, number, texts))


def _headings(sheet: Sheet, said: ColumnsFile) -> tuple[int, dict[int, tuple[Column, str]]]:
    """Return the number of the row with the headings, and what each mapped column says."""
    if said.header is not None:
        if said.header > len(sheet.rows):
            raise Problem(f"the sheet has no row {said.header}", do="correct `header`")
        return said.header, _places(sheet, said.header, said)
    wanted = {plain(heading) for heading in said.columns.values()}
    for number, cells in enumerate(sheet.rows[:_LOOKED_AT], 1):
        if wanted <= {plain(cell) for cell in cells}:
            return number, _places(sheet, number, said)
    # The row with the most of them says best what is missing.
    scores: Mapping[int, int] = {
        number: len(wanted & {plain(cell) for cell in cells})
        for number, cells in enumerate(sheet.rows[:_LOOKED_AT], 1)
    }
    if not any(scores.values()):
        first = min(said.columns.values())
        raise Problem(f"no row of the sheet has the heading {quoted(first)}", do="see `columns`")
    best = max(scores, key=lambda number: scores[number])
    return best, _places(sheet, best, said)


def _places(sheet: Sheet, header: int, said: ColumnsFile) -> dict[int, tuple[Column, str]]:
    headings = [plain(cell) for cell in sheet.rows[header - 1]]
    lines: list[str] = []
    places: dict[int, tuple[Column, str]] = {}
    for column, heading in said.columns.items():
        times = headings.count(plain(heading))
        if not times:
            lines.append(f"columns.{column}: {no_such('heading', heading, filter(None, headings))}")
        elif times > 1:
            lines.append(f"columns.{column}: {quoted(heading)} is {times} columns; rename one")
        else:
            places[headings.index(plain(heading))] = column, heading
    if lines:
        raise Problem(f"row {header} of the sheet lacks headings", lines=lines)
    return places


def _unmapped(
    sheet: Sheet, header: int, places: dict[int, tuple[Column, str]], said: ColumnsFile
) -> Iterator[Unplaced]:
    ignored = {plain(heading) for heading in said.ignore}
    headings = sheet.rows[header - 1]
    width = max((len(cells) for cells in sheet.rows[header:]), default=0)
    for place in range(width):
        heading = headings[place] if place < len(headings) else ""
        if place in places or (heading and plain(heading) in ignored):
            continue
        filled = sum(
            len(cells) > place and bool(cells[place]) and number not in sheet.spread
            for number, cells in enumerate(sheet.rows[header:], header + 1)
        )
        if filled:
            cells = "1 cell is" if filled == 1 else f"{filled} cells are"
            reason = f"{cells} not read; map the column, or list it under `ignore`"
            name = heading or f"column {place + 1}, without a heading"
            yield Unplaced(sheet.name, 0, name, reason)
