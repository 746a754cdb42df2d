"""The spot of a complaint: one text that two complaints of the same place share."""

import unicodedata

from domain.complaints import Place

_HUNDRED_METRES = 1_000
"""In millionths of a degree: about 111 m north and south, and less than that east and west."""


def spot_of(place: Place) -> str | None:
    """Return the normalised address, else the coordinates to about 100 m, else None.

    A grid alone is no spot, because too much happens in one. The read model stores spots, so a
    change of their form means a rebuild. For a sealed address, the spot was computed before
    sealing.
    """
    if place.spot is not None:
        return place.spot
    if address := letters_of(place.address):
        return address
    if place.longitude_e6 is None or place.latitude_e6 is None:
        return None
    east, north = (round(e6 / _HUNDRED_METRES) for e6 in (place.longitude_e6, place.latitude_e6))
    return f"@{east},{north}"


def letters_of(address: str) -> str:
    """Normalise an address: letters and digits alone, in one width and case."""
    letters = unicodedata.normalize("NFKC", address).casefold()
    return "".join(each for each in letters if each.isalnum())
