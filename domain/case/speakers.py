"""Who speaks for a unit: a person that the roster has in it."""

from domain.case.draft import Draft, Refused
from domain.case.refusals import Refusal


def speaks(draft: Draft, unit: str, person: str) -> None:
    """Raises Refused unless the person is of the unit, as looked up."""
    if (unit, person) not in draft.command.lookup.speakers:
        detail = f"{person} is not of {unit} in the roster; name a person of {unit}"
        raise Refused(Refusal.NOT_OF_THE_UNIT, detail)
