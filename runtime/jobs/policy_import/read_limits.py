"""How the limits of a table were read: each distinct cell once, for the person who imports it."""

from collections.abc import Mapping
from typing import Any

from domain.policy.table_terms import Column, TableRow


class ReadLimits:
    """Count the rows of each text of a limit, with what the pack says for it."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], int] = {}

    def add(self, row: TableRow, standard: Mapping[str, Any]) -> None:
        """Count the row of a standard that is written. One without a limit was said before."""
        if meaning := _meaning(standard):
            cells = (row.cells.get(Column.LIMIT, ""), row.cells.get(Column.MEASURE, ""))
            key = ", ".join(filter(None, cells)), meaning
            self._rows[key] = self._rows.get(key, 0) + 1

    def lines(self) -> tuple[str, ...]:
        """Return `24小时（含节假日） = 24h continuous, 3 rows`, in the order of the table."""
        return tuple(
            f"{text} = {meaning}, {count} {'row' if count == 1 else 'rows'}"
            for (text, meaning), count in self._rows.items()
        )


def _meaning(standard: Mapping[str, Any]) -> str:
    if steps := standard.get("steps"):
        return ", then ".join(f"{each['id']} {_limit(each)}" for each in steps)
    if "within" not in standard:
        return ""
    if "date_within" in standard:
        date = standard["date_within"]
        return f"the unit names a date within {_limit(standard)}, at the latest in {date}"
    return _limit(standard)


def _limit(said: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (said["within"], said.get("measure"))))
