"""The form of a finding: what is wrong with a policy, and where.

A finding names its place; store/packs turns the place into a line for the person who wrote it.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from domain.characters import quoted

Path = tuple[str | int, ...]
"""The way through a file to a value: ("categories", 6, "lead")."""

MANY = 12
"""A sentence lists at most this many names."""
LONGEST = 200
"""A longer name is no misspelling of another."""
COMPARED = 20_000
"""So many names of a kind are compared with unknown ones, which takes about a second."""


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """`file` is its name without `.yaml`; `reason` says what is wrong, and what to do."""

    file: str
    path: Path
    reason: str


class Names:
    """The names of one kind that a policy has: looked up at once, however many there are."""

    def __init__(self, kind: str, known: Iterable[str]) -> None:
        self._kind = kind
        self._known = dict.fromkeys(known)
        self._listed = tuple(self._known)
        self._reasons: dict[str, str] = {}
        self._compared = 0

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def no_such(self, name: str) -> str:
        """Return the reason for an unknown name, as the function `no_such` does.

        To guess what was meant, a name is compared with all; so this ends after COMPARED, in a
        policy that would have thousands of guesses.
        """
        if name not in self._reasons:
            guess = self._compared < COMPARED
            self._compared += len(self._known)
            self._reasons[name] = _no_such(self._kind, name, self._listed, guess=guess)
        return self._reasons[name]


def no_such(kind: str, name: str, known: Iterable[str]) -> str:
    """Return the reason for an unknown name: `no unit 'uban-mgmt'; did you mean 'urban-mgmt'?`"""
    return _no_such(kind, name, tuple(dict.fromkeys(known)), guess=True)


def _no_such(kind: str, name: str, names: Sequence[str], *, guess: bool) -> str:
    reason = f"no {kind} {quoted(name)}"
    near = get_close_matches(name, names, n=1) if guess and len(name) <= LONGEST else []
    if near:
        return f"{reason}; did you mean {near[0]!r}?"
    return f"{reason}; there are: {listed(names)}" if names else f"{reason}; there is none at all"


def listed(names: Sequence[str]) -> str:
    """Return the names in one sentence; of more than MANY, the first."""
    return ", ".join(names[:MANY]) + (", …" if len(names) > MANY else "")


def repeated(
    file: str, path: Path, names: Sequence[Hashable], key: str | None = None
) -> Iterator[PolicyFinding]:
    """Yield a finding for each name that appeared before; `key` is the field that has the name."""
    first: dict[Hashable, int] = {}
    for index, name in enumerate(names):
        if name in first:
            end = (index,) if key is None else (index, key)
            reason = f"{quoted(str(name))} appears twice, first at [{first[name]}]; keep one"
            yield PolicyFinding(file, (*path, *end), reason)
        else:
            first[name] = index
