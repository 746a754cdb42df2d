"""The cells of one sheet, as the readers of files hand them over."""

from dataclasses import dataclass

NO_VALUE = "#FORMULA"
NO_VALUES = frozenset({NO_VALUE, "#REF!", "#VALUE!", "#N/A", "#NAME?", "#DIV/0!", "#NUM!"})
"""Cells in which a formula has no value."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet, row by row; the first row has number 1. `name` is "" for a CSV file.

    `spread`: rows of which one merged cell fills all columns, such as the title.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    spread: frozenset[int] = frozenset()
