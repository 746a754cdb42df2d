"""The file that SANBAN_CONSOLE_SUBJECTS names: as whom the identity provider knows people."""

from collections import Counter
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from schemas.base import Written
from schemas.mistakes import form
from schemas.packs.ids import Id
from schemas.texts import Tenant

Subject = Annotated[
    str,
    StringConstraints(
        pattern=form(r"^\S(.*\S)?$", "must be a text on one line, with no space at either end"),
        max_length=255,
    ),
]
"""The value of a claim, such as `sub`. Capital and small letters differ."""


class SubjectsFile(Written):
    """The whole file: tenant -> id of a person in its roster -> the subjects of that person."""

    people: dict[Tenant, dict[Id, Annotated[tuple[Subject, ...], Field(max_length=10)]]]

    @model_validator(mode="after")
    def _each_once(self) -> "SubjectsFile":
        count = Counter(
            subject
            for people in self.people.values()
            for subjects in people.values()
            for subject in subjects
        )
        twice = [number for number, times in enumerate(count.values(), 1) if times > 1]
        if twice:
            raise ValueError(f"subject {twice[0]} of the file is given twice; it is one person's")
        return self
