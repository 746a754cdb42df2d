"""The form of ids of units, ladders and other things that a pack names itself."""

from typing import Annotated

from pydantic import StringConstraints

from schemas.mistakes import form

Id = Annotated[
    str,
    StringConstraints(
        pattern=form(
            r"^[a-z][a-z0-9-]{0,63}$",
            "must be an id: 1 to 64 small letters, digits and hyphens, a letter first",
        )
    ),
]
"""Small letters, digits and hyphens, so that no id can look like `@holder` or `@parent`."""
