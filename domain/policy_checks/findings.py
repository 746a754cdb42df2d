"""What is wrong with a policy, and where: the form of every finding.

A finding names its place; store/packs turns the place into a line for the person who wrote it.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

Path = tuple[str | int, ...]
"""Leads through a file to a value: ("categories", 6, "lead")."""

MANY = 12
"""More names than this are not worth listing in a sentence."""


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """`file` is the name without its ending; `reason` says what is wrong and what to do."""

    file: str
    path: Path
    reason: str


def no_such(kind: str, name: str, known: Iterable[str]) -> str:
    """`no unit 'uban-mgmt'; did you mean 'urban-mgmt'?`"""
    names = list(dict.fromkeys(known))
    near = get_close_matches(name, names, n=1)
    if near:
        return f"no {kind} {name!r}; did you mean {near[0]!r}?"
    if not names:
        return f"no {kind} {name!r}; there is none at all"
    listed = ", ".join(names[:MANY]) + (", …" if len(names) > MANY else "")
    return f"no {kind} {name!r}; there are: {listed}"


def repeated(
    file: str, path: Path, names: Sequence[Hashable], key: str | None = None
) -> Iterator[PolicyFinding]:
    """One finding for each name that came before; `key` is where an entry has its name."""
    first: dict[Hashable, int] = {}
    for index, name in enumerate(names):
        if name in first:
            end = (index,) if key is None else (index, key)
            spelt = repr(str(name))
            reason = f"{spelt} appears twice, first at [{first[name]}]; keep one"
            yield PolicyFinding(file, (*path, *end), reason)
        else:
            first[name] = index
