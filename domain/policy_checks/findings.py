"""The form of a finding: what is wrong with a policy, and where.

A finding names its place; store/packs turns the place into a line for the person who wrote it.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

Path = tuple[str | int, ...]
"""The way through a file to a value: ("categories", 6, "lead")."""

MANY = 12
"""A sentence lists at most this many names."""


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """`file` is its name without `.yaml`; `reason` says what is wrong, and what to do."""

    file: str
    path: Path
    reason: str


def no_such(kind: str, name: str, known: Iterable[str]) -> str:
    """Return the reason for an unknown name: `no unit 'uban-mgmt'; did you mean 'urban-mgmt'?`"""
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
    """Yield a finding for each name that appeared before; `key` is the field that has the name."""
    first: dict[Hashable, int] = {}
    for index, name in enumerate(names):
        if name in first:
            end = (index,) if key is None else (index, key)
            spelt = repr(str(name))
            reason = f"{spelt} appears twice, first at [{first[name]}]; keep one"
            yield PolicyFinding(file, (*path, *end), reason)
        else:
            first[name] = index
