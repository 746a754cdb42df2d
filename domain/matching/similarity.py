"""How similar two reports are, in percent, and why. A score is a judgement, never an identity."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, isqrt, radians, sin, sqrt

from domain.complaints import Complaint, Place
from domain.matching.tokens import (
    MOST_COMPARED,
    address_tokens,
    local_part,
    text_tokens,
    token_weight,
    town_of,
)
from domain.policy.similar_rules import SimilarRule

FULL = 100
_EARTH_M = 6_371_000
_SAME_WORDS = 33
"""In percent: texts with a third of their tokens in common score in full."""
_SAME_GRID = 40
"""In percent: what a place scores of which both reports know no more than the grid."""
_SAME_PLACE = 50
"""In percent: places up to half the rule's distance apart score in full."""


@dataclass(frozen=True, slots=True)
class ReportFeatures:
    """What is compared of a complaint, without personal data.

    `may_follow`: a rule may let its case follow another. False for a superior's order, which needs
    its own answer, and for what was settled on arrival.
    """

    category: str | None
    at: datetime
    text: str
    place: Place
    may_follow: bool = True


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A score from 0 to 100, and the sentence that explains it.

    `by_grid`: no more is known of the places than that they are in one grid, which is enough to
    show a person the case, and too little for a rule to let it follow another.
    """

    score: int
    reason: str
    by_grid: bool = False


def features_of(complaint: Complaint) -> ReportFeatures:
    """Return what is compared of a complaint; of its text only the beginning."""
    return ReportFeatures(
        category=complaint.category,
        at=complaint.reported_at,
        text=complaint.text[:MOST_COMPARED],
        place=complaint.place,
        may_follow=complaint.superior is None and complaint.standing.result is None,
    )


def resemblance(rule: SimilarRule, one: ReportFeatures, other: ReportFeatures) -> Resemblance:
    """Compare two reports; the order of the two does not matter.

    What one of them does not say scores zero, so 100 needs two reports that name category and place
    and agree in both. More distance, more time between them and fewer common tokens never raise the
    score.
    """
    category = FULL if one.category is not None and one.category == other.category else 0
    by_grid = only_grid(one.place) is not None and only_grid(one.place) == only_grid(other.place)
    place, where = (_SAME_GRID, "same grid") if by_grid else _place(rule, one.place, other.place)
    apart = abs(one.at - other.at)
    time = max(0, FULL - FULL * apart // rule.within)
    text = _text(one, other)
    weights = rule.weights
    points = (
        weights.category * category
        + weights.place * place
        + weights.time * time
        + weights.text * text
    )
    named = one.category is not None and other.category is not None
    matter = "same category" if category else "another category" if named else "no category"
    reason = f"{matter}, {where}, {_spoken(apart)} apart, text {text} % alike"
    return Resemblance(points // FULL, reason, by_grid)


def only_grid(place: Place) -> str | None:
    """Return the grid of a place of which nothing else is known; None for any other place."""
    known = place.address or place.longitude_e6 is not None
    return None if known else place.grid


def metres_between(one: Place, other: Place) -> int | None:
    """Return the distance on the ground (haversine); None unless both have coordinates."""
    if one.latitude_e6 is None or one.longitude_e6 is None:
        return None
    if other.latitude_e6 is None or other.longitude_e6 is None:
        return None
    north, south = radians(one.latitude_e6 / 1e6), radians(other.latitude_e6 / 1e6)
    east = radians((one.longitude_e6 - other.longitude_e6) / 1e6)
    half = sin((north - south) / 2) ** 2 + cos(north) * cos(south) * sin(east / 2) ** 2
    return round(2 * _EARTH_M * asin(sqrt(min(1.0, half))))


def _place(rule: SimilarRule, one: Place, other: Place) -> tuple[int, str]:
    """Compare coordinates if both have them, as one address may be a road of two kilometres."""
    metres = metres_between(one, other)
    if metres is not None:
        near = FULL * (rule.metres - metres) // rule.metres
        return _enough(max(0, near), _SAME_PLACE), f"{metres} m away"
    if not one.address or not other.address:
        return 0, "place not known of both"
    share = _address(one.address, other.address)
    return share, f"address {share} % alike"


def _address(one: str, other: str) -> int:
    """Zero if the towns, the house numbers or all names differ."""
    towns = {town_of(one), town_of(other)} - {None}
    mine, theirs = address_tokens(one), address_tokens(other)
    numbers = _numbers(mine), _numbers(theirs)
    elsewhere = all(numbers) and numbers[0].isdisjoint(numbers[1])
    if len(towns) > 1 or elsewhere or (mine - numbers[0]).isdisjoint(theirs - numbers[1]):
        return 0
    return _common(mine, theirs)


def _text(one: ReportFeatures, other: ReportFeatures) -> int:
    """Compare the texts without the tokens of both addresses: the place has a score of its own."""
    if one.text == other.text:
        return FULL
    where = _where(one.place.address) | _where(other.place.address)
    return _enough(
        _common(text_tokens(one.text) - where, text_tokens(other.text) - where), _SAME_WORDS
    )


def _where(address: str) -> frozenset[str]:
    """Tokens of an address and its single characters: 路 and 号 do not describe a matter."""
    return address_tokens(address) | frozenset(local_part(address))


def _common(one: frozenset[str], other: frozenset[str]) -> int:
    """The cosine of the two sets in percent, so that a long text can match a short one."""
    if not one or not other:
        return 0
    if one == other:
        return FULL
    return (
        FULL * token_weight(one & other) // max(1, isqrt(token_weight(one) * token_weight(other)))
    )


def _enough(percent: int, enough: int) -> int:
    return min(FULL, FULL * percent // enough)


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if word.isdigit())


def _spoken(apart: timedelta) -> str:
    minutes = apart // timedelta(minutes=1)
    if minutes < 120:  # noqa: PLR2004
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004
