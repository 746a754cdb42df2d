"""Who could sign for a case in a unit: people of the roster, or a system that acts for the unit."""

from collections.abc import Sequence

from domain.people.rosters import Roster
from domain.policy.sources import SourceRule
from domain.vocabulary import CREW


def has_signer(roster: Roster, rules: Sequence[SourceRule], unit: str | None) -> bool:
    """Return whether a person of the unit could sign, on duty or not, or a system for it.

    A source that acts for no unit by name acts for any unit.
    """
    people = any(each.unit == unit and CREW & {*each.roles} for each in roster.people)
    duties = any(each.unit == unit and each.role in CREW for each in roster.duties)
    acting = (rule.commands for rule in rules if rule.commands is not None)
    systems = any(
        CREW & {*each.roles} and (unit in each.units or not each.units) for each in acting
    )
    return people or duties or systems
