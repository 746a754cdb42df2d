"""Blocking keys: which stored reports are worth comparing with a new one.

A key is a hash of a square of the map, of a shingle of an address, or of the grid of a report that
says no more, with a stretch of days. The
store keeps each report under a few keys (`blocking_keys`). A new report is compared with those that
share a key with its neighbourhood (`candidate_keys`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import product
from math import cos, radians

from domain.complaints import Place
from domain.matching.similarity import ReportFeatures, only_grid
from domain.matching.tokens import address_shingles
from domain.policy.similar_rules import SimilarRule

_SQUARE_E6 = 2_000
"""Side of a square in millionths of a degree: about 220 m north and south, less east and west."""
_STRETCH = timedelta(days=4)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_PIECES = 4
"""How many shingles of an address become keys: those with the smallest hashes (min-hash), so that
two addresses with most shingles in common probably share a key."""
_E6_A_METRE = 1_000_000 / 111_320


def blocking_keys(tenant: str, report: ReportFeatures) -> list[int]:
    """Return the keys to store a report under; empty if it says no place.

    The store keeps the keys, so a change of their form means a rebuild of that table.
    """
    said = [*_squares(report.place, 0), *_pieces(report.place.address), *_grids(report.place)]
    return [_number(tenant, what, _stretch(report.at)) for what in said]


def candidate_keys(tenant: str, report: ReportFeatures, rule: SimilarRule) -> list[int]:
    """Return the keys to look under.

    A located report that has none of them is farther away, or older, than the rule allows.
    """
    first, last = _stretch(report.at - rule.within), _stretch(report.at + rule.within)
    squares = _squares(report.place, rule.metres)
    where = [*squares, *_pieces(report.place.address), *_grids(report.place)]
    return [
        _number(tenant, what, stretch) for what, stretch in product(where, range(first, last + 1))
    ]


def _squares(place: Place, metres: int) -> Iterator[str]:
    if place.longitude_e6 is None or place.latitude_e6 is None:
        return
    north = metres * _E6_A_METRE
    # The limit keeps the division defined at the poles, where a metre is many degrees.
    east = north / max(0.01, cos(radians(place.latitude_e6 / 1e6)))
    columns = _span(place.longitude_e6, east)
    rows = _span(place.latitude_e6, north)
    for column, row in product(columns, rows):
        yield f"@{column},{row}"


def _grids(place: Place) -> Iterator[str]:
    if (grid := only_grid(place)) is not None:
        yield f"#{grid}"


def _span(middle: int, reach: float) -> range:
    return range(int((middle - reach) // _SQUARE_E6), int((middle + reach) // _SQUARE_E6) + 1)


def _pieces(address: str) -> list[str]:
    return sorted(address_shingles(address), key=lambda piece: _number("", piece, 0))[:_PIECES]


def _stretch(at: datetime) -> int:
    return (at - _EPOCH) // _STRETCH


def _number(tenant: str, what: str, stretch: int) -> int:
    """Hash to 31 bits, an integer of the database. A collision costs one needless comparison."""
    said = f"{tenant}\n{what}\n{stretch}".encode()
    return int.from_bytes(blake2b(said, digest_size=4).digest()) >> 1
