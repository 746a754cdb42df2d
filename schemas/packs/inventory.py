"""Where the inventory of city parts (部件) is: a CSV file beside the policy, and its columns."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from schemas.base import Written
from schemas.mistakes import form
from schemas.texts import Name

CsvName = Annotated[
    str,
    StringConstraints(
        pattern=form(
            r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\.csv$",
            "must be the name of a file of the pack that ends in .csv",
        )
    ),
]


class InventoryEntry(Written):
    """`file`, and which heading has the number, the class, the owner and the grid of a thing."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    file: CsvName
    id: Name
    category: Name = Field(alias="class")
    owner: Name
    grid: Name | None = None
