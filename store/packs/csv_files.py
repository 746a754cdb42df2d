"""Read the inventory of parts: a CSV file with headings, line by line, in linear time."""

import csv
import io
from collections.abc import Iterator

from domain.policy_checks.findings import no_such
from domain.policy_checks.inventory import InventoryLine
from schemas.packs.inventory import InventoryEntry

_MOST_BYTES = 128 * 1024 * 1024
"""Larger files are refused. An inventory of 400,000 parts has 20 to 40 MB."""


class UnreadableCsv(ValueError):
    """The file cannot be read from `line` on; the message says what to do."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def read_inventory(content: bytes, columns: InventoryEntry) -> Iterator[InventoryLine]:
    """Yield the lines of the file; blank ones are left out. Raises UnreadableCsv."""
    if len(content) > _MOST_BYTES:
        raise UnreadableCsv(
            1, f"has more than {_MOST_BYTES // 1024**2} MB; take out what is not used"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableCsv(line, "not UTF-8; save the file as CSV UTF-8") from error
    # With newline="" the line numbers are those of the file, also behind a quoted line break.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [cell.strip() for cell in next(reader, [])]
        places = _places(head, columns)
        most = max(place for place in places if place is not None)
        line = reader.line_num
        for cells in reader:
            first, line = line + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) <= most:
                reason = f"has {len(cells)} cells, and there are {len(head)} headings"
                raise UnreadableCsv(first, reason)
            said = (cells[place].strip() if place is not None else "" for place in places)
            yield InventoryLine(first, *said)
    except csv.Error as error:
        raise UnreadableCsv(reader.line_num, f"not CSV: {error}") from error


def _places(head: list[str], columns: InventoryEntry) -> tuple[int | None, ...]:
    """Return where number, class, owner and grid are in a line. Raises UnreadableCsv."""
    names = (columns.id, columns.category, columns.owner, columns.grid)
    for name in names:
        if name is not None and name not in head:
            raise UnreadableCsv(1, no_such("column", name, [cell for cell in head if cell]))
        if name is not None and head.count(name) > 1:
            raise UnreadableCsv(1, f"has two columns {name!r}; keep one")
    return tuple(head.index(name) if name is not None else None for name in names)
