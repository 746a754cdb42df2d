"""A list that a person has named, for themselves or for all people of the unit."""

from dataclasses import dataclass
from datetime import datetime

MOST_VIEWS = 20
"""Of one person, and of one unit: more names than that no one finds again."""
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class SavedView:
    """`query`: the query string of the list. `unit`: None for the person's own."""

    id: str
    tenant: str
    person: str
    unit: str | None
    name: str
    query: str
    made_at: datetime
