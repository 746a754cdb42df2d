"""The words of a table of standards: its columns, its rows, and what its reader says of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.policy.written_limits import Notation


class Column(StrEnum):
    """What a column of the table says. The first eight are of the class, the others of the row."""

    CLASS = "class"
    NAME = "name"
    NAME_EN = "name_en"
    GROUP = "group"
    CODES = "codes"
    LEAD = "lead"
    WORDS = "words"
    SUPERVISED_BY = "supervised_by"
    STANDARD = "standard"
    CONDITION = "condition"
    LIMIT = "limit"
    MEASURE = "measure"
    RESULTS = "results"
    EVIDENCE = "evidence"
    BEFORE = "before"
    AFTER = "after"


NEEDED = (Column.CLASS, Column.NAME, Column.CONDITION)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a sheet with its number there, and the text of each column that is mapped."""

    sheet: str
    number: int
    cells: Mapping[Column, str]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """What could not be placed: a cell, or a whole row or column (`column` or `row` empty)."""

    sheet: str
    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class TableTerms:
    """What the person who maps a table says of its words.

    `headings` are those of the columns. `groups` and `leads` say the pack's ids for the sheet's
    names, `leads` also those of departments that supervise; `lead` who leads where the table says
    none. `ids` are those of conditions and steps. `name_date` is the time to name a date, where the
    table lets the unit do that. `codes_of` is the source of the codes. `separators` are the
    characters between two results. `fill`: columns whose empty cell means the one above.
    """

    headings: Mapping[Column, str]
    notation: Notation = field(default_factory=Notation)
    groups: Mapping[str, str] = field(default_factory=dict)
    leads: Mapping[str, object] = field(default_factory=dict)
    lead: object = None
    ids: Mapping[str, str] = field(default_factory=dict)
    name_date: str | None = None
    codes_of: str | None = None
    separators: str = "；;|\n"
    fill: tuple[Column, ...] = (Column.CLASS, Column.GROUP)
