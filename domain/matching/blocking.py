"""Where to look for similar reports: numbers that two reports of one place share.

A number stands for a square of the map, or for a piece of an address, in a stretch of days. A
report is kept under a few; a new one is looked for under all that are near enough.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import product
from math import cos, radians

from domain.complaints import Place
from domain.matching.similarity import ReportFeatures
from domain.matching.tokens import address_shingles
from domain.policy.similar_rules import SimilarRule

_SQUARE_E6 = 2_000
"""Side of a square in millionths of a degree: about 220 m north and south, less east and west."""
_STRETCH = timedelta(days=4)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_PIECES = 4
"""Of an address, those of the least digests: two that share most of theirs share one of these."""
_E6_A_METRE = 1_000_000 / 111_320


def blocking_keys(tenant: str, report: ReportFeatures) -> list[int]:
    """Empty where the report does not say where it is. The form is kept in the store."""
    return [_number(tenant, what, _stretch(report.at)) for what in _squares(report.place, 0)] + [
        _number(tenant, piece, _stretch(report.at)) for piece in _pieces(report.place.address)
    ]


def candidate_keys(tenant: str, report: ReportFeatures, rule: SimilarRule) -> list[int]:
    """Whatever is kept under none of these is further away than the rule says, or long ago."""
    first, last = _stretch(report.at - rule.within), _stretch(report.at + rule.within)
    where = [*_squares(report.place, rule.metres), *_pieces(report.place.address)]
    return [
        _number(tenant, what, stretch) for what, stretch in product(where, range(first, last + 1))
    ]


def _squares(place: Place, metres: int) -> Iterator[str]:
    if place.longitude_e6 is None or place.latitude_e6 is None:
        return
    north = metres * _E6_A_METRE
    # At the poles a metre is many degrees; nobody lives there.
    east = north / max(0.01, cos(radians(place.latitude_e6 / 1e6)))
    columns = _span(place.longitude_e6, east)
    rows = _span(place.latitude_e6, north)
    for column, row in product(columns, rows):
        yield f"@{column},{row}"


def _span(middle: int, reach: float) -> range:
    return range(int((middle - reach) // _SQUARE_E6), int((middle + reach) // _SQUARE_E6) + 1)


def _pieces(address: str) -> list[str]:
    return sorted(address_shingles(address), key=lambda piece: _number("", piece, 0))[:_PIECES]


def _stretch(at: datetime) -> int:
    return (at - _EPOCH) // _STRETCH


def _number(tenant: str, what: str, stretch: int) -> int:
    """31 bits, so that it is an integer of the database: two may share one, which costs a look."""
    said = f"{tenant}\n{what}\n{stretch}".encode()
    return int.from_bytes(blake2b(said, digest_size=4).digest()) >> 1
