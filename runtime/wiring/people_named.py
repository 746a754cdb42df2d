"""The people of the rosters as they are typed: by id, or by name where one person has it."""

from collections.abc import Iterable
from difflib import get_close_matches

from domain.people.rosters import Person
from domain.policy.model import Policy
from runtime.problems import Problem

_NEAR = 0.6
_OPTION = "--as"


def person_id(policies: Iterable[Policy], typed: str, option: str = _OPTION) -> str:
    """Return the id of the person who is typed; a text that no roster has stays as it is.

    Raises Problem for a name that several people have.
    """
    people = _people(policies)
    if not typed or any(each.id == typed for each in people):
        return typed
    found = sorted({each.id for each in people if each.name == typed})
    if len(found) > 1:
        raise Problem(f"{typed!r} is the name of {', '.join(found)}", do=f"give {option} an id")
    return found[0] if found else typed


def no_such_person(
    policies: Iterable[Policy], typed: str, where: str = "the roster", option: str = _OPTION
) -> Problem:
    """Return the error for a person whom no roster has, with the nearest one that it has."""
    people = _people(policies)
    known = {word: each for each in people for word in (each.id, each.name)}
    near = get_close_matches(typed, known, n=1, cutoff=_NEAR)
    if near:
        meant = known[near[0]]
        do = f"did you mean {meant.id} ({meant.name})?"
    else:
        do = f"give {option} the id or the name of a person in roster.yaml"
    return Problem(f"no person {typed!r} in {where}", do=do)


def _people(policies: Iterable[Policy]) -> list[Person]:
    return [each for policy in policies for each in policy.roster.people]
