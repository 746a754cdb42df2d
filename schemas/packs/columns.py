"""The file that says which columns a table of standards has: MAP of `sanban policy import`."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from domain.policy.table_terms import NEEDED, Column, TableTerms
from domain.policy.written_limits import Notation, plain
from domain.sla.clocks import Measure
from schemas.base import Written
from schemas.mistakes import Misplaced
from schemas.packs.source_names import SourceName
from schemas.texts import Code, Name

Basis = Literal[Measure.WORKING, Measure.CONTINUOUS]
Fields = Annotated[dict[str, Any], Field(min_length=1)]
"""Fields of a class, as in categories.yaml. They are checked with the class that they become."""


class ColumnsFile(Written):
    """What the columns of a table mean, and what its words do.

    `sheets` are those that are read, by default the first. `header` is the row of the headings; by
    default the first that has all of `columns`. `ignore` lists columns that are not wanted. `every`
    are fields of every class, and `classes` those of one, or a class that the table does not have.
    """

    columns: dict[Column, Name]
    ignore: tuple[Name, ...] = ()
    sheets: tuple[Name, ...] = ()
    header: Annotated[int, Field(ge=1, le=1000)] | None = None
    fill: tuple[Column, ...] = (Column.CLASS, Column.GROUP)
    hours: Basis | None = None
    days: Basis | None = None
    unit: Name | None = None
    limits: dict[Name, Name] = Field(default_factory=dict)
    measures: dict[Name, Basis] = Field(default_factory=dict)
    groups: dict[Name, Name] = Field(default_factory=dict)
    leads: dict[Name, Name | Fields] = Field(default_factory=dict)
    lead: Name | Fields | None = None
    ids: dict[Name, Code] = Field(default_factory=dict)
    name_date: Name | None = None
    codes_of: SourceName | None = None
    separators: Annotated[str, Field(min_length=1, max_length=20)] = "；;|\n"
    every: dict[str, Any] = Field(default_factory=dict)
    classes: dict[Code, Fields] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_whole(self) -> "ColumnsFile":
        for column in NEEDED:
            if column not in self.columns:
                raise Misplaced(f"has no `{column}`; say which heading has it", "columns")
        if len({*self.columns.values()}) < len(self.columns):
            raise Misplaced("names one heading for two columns; keep one", "columns")
        return self

    def to_domain(self) -> TableTerms:
        return TableTerms(
            headings=self.columns,
            notation=Notation(
                hours=self.hours,
                days=self.days,
                unit=self.unit or "",
                words={plain(word): limit for word, limit in self.limits.items()},
                measures={plain(word): measure for word, measure in self.measures.items()},
            ),
            groups=self.groups,
            leads=self.leads,
            lead=self.lead,
            ids=self.ids,
            name_date=self.name_date,
            codes_of=self.codes_of,
            separators=self.separators,
            fill=self.fill,
        )
