"""The pages in the head of every page: one row each, and which roles see it.

A page that its person may not see answers as one that does not exist, so a row hides no door.
"""

from collections.abc import Collection
from dataclasses import dataclass

from domain.vocabulary import CREW, DECIDERS, OFFICE, Role


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A page of the navigation. `text` is a key of the catalogue; no `roles`: all people see it."""

    path: str
    text: str
    roles: frozenset[Role] = frozenset()

    def is_open_to(self, roles: Collection[Role]) -> bool:
        return not self.roles or not self.roles.isdisjoint(roles)

    def is_current(self, path: str) -> bool:
        """Return whether a page of this path belongs to the entry."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


CALLERS = frozenset({Role.HOTLINE, Role.DISPATCHER})
"""Who calls citizens back."""

OPERATORS = frozenset({Role.OPERATOR})
AUDITORS = frozenset({Role.AUDITOR})
DUTY_SETTERS = OFFICE | {Role.UNIT_HEAD, Role.DISPATCHER, Role.SUPERIOR}
"""A superior sets those of its own unit."""

LOOKERS = OFFICE | {Role.DISPATCHER, Role.VERIFIER}
"""Who looks back at closed cases."""
PATROLLERS = CREW | LOOKERS
"""Who sees the patrols: those who patrol, and those who look after them."""

ENTRIES = (
    NavigationEntry("/", "Home"),
    NavigationEntry("/cases", "Cases"),
    NavigationEntry("/callbacks", "To call back", CALLERS),
    NavigationEntry("/approvals", "For my decision", frozenset(DECIDERS)),
    NavigationEntry("/board", "Board", OFFICE),
    NavigationEntry("/patrols", "Patrols", PATROLLERS),
    NavigationEntry("/duty", "Who is away", DUTY_SETTERS),
    NavigationEntry("/health", "Health", OPERATORS),
    NavigationEntry("/intake", "Intake", OPERATORS),
    NavigationEntry("/dead-letters", "Dead letters", OPERATORS),
    NavigationEntry("/deliveries", "Deliveries", OPERATORS),
    NavigationEntry("/audit", "Audit", AUDITORS),
)


def entries_for(roles: Collection[Role]) -> tuple[NavigationEntry, ...]:
    """Return the pages that a person with these roles has."""
    return tuple(entry for entry in ENTRIES if entry.is_open_to(roles))
