"""The inventory of city parts (部件): whose each thing is, by its number (部件编码).

Like the roster it belongs to no version of the policy: owners change daily, so the newest holds for
every new plan, and a plan keeps only what it found. Here, a thing is what the field calls a part.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

SHORT = 12
"""So much of a digest tells two versions of a file apart."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What the inventory says of a number. `owner` is a unit; None: not known to the inventory.

    `category` is a class, or the group (大类) of several.
    """

    category: str
    owner: str | None = None
    grid: str | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """The things of a tenant by number. Things alike share one `Thing`: there may be 400,000.

    `file` is its name in the pack, `digest` the SHA-256 of its bytes.
    """

    file: str
    digest: str
    things: Mapping[str, Thing] = field(compare=False, repr=False)

    @property
    def version(self) -> str:
        """Name the file and its version, for people who ask why."""
        return f"{self.file} {self.digest[:SHORT]}"

    def thing(self, number: str | None) -> Thing | None:
        return self.things.get(number) if number is not None else None


def inventory_changes(before: Inventory | None, after: Inventory | None) -> Iterator[str]:
    """Yield how many things are new, gone, or have another class, owner or grid, with examples."""
    if before == after:
        return
    old = before.things if before else {}
    new = after.things if after else {}
    added = [number for number in new if number not in old]
    removed = [number for number in old if number not in new]
    changed = [number for number, thing in new.items() if number in old and old[number] != thing]
    for what, numbers in (("added", added), ("removed", removed)):
        if numbers:
            yield f"{len(numbers)} {what}: {_some(numbers)}"
    if changed:
        texts = [f"{number} {_change(old[number], new[number])}" for number in changed[:_MANY]]
        yield f"{len(changed)} changed: {'; '.join(texts)}{_more(changed)}"


_MANY = 5


def _some(numbers: list[str]) -> str:
    return ", ".join(numbers[:_MANY]) + _more(numbers)


def _more(numbers: list[str]) -> str:
    return ", …" * (len(numbers) > _MANY)


def _change(old: Thing, new: Thing) -> str:
    pairs = (
        ("class", old.category, new.category),
        ("owner", old.owner, new.owner),
        ("grid", old.grid, new.grid),
    )
    return ", ".join(
        f"{name} {was or 'none'} -> {now or 'none'}" for name, was, now in pairs if was != now
    )
