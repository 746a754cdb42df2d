"""Find what leads back to itself: units above units, successors after successors."""

from collections.abc import Mapping


def in_circles(above: Mapping[str, str | None]) -> set[str]:
    """Return the units to which the way up from themselves leads back; each link is read once."""
    found, seen = set[str](), set[str | None]({None})
    for unit in above:
        way: dict[str | None, None] = {}
        last: str | None = unit
        while last not in seen and last not in way:
            way[last] = None
            last = above.get(last or "")
        if last in way:
            ids = [each for each in way if each is not None]
            found.update(ids[ids.index(last or "") :])
        seen.update(way)
    return found
