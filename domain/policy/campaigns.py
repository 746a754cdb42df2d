"""Campaigns against one kind of matter (专项整治)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign against one kind of matter (专项整治): its target, and its first and last day.

    `target` is in the unit of `measure` (m², households, dogs). Both days belong to the campaign.
    Only cases of `categories` count for it; without any, cases of every category do.
    """

    id: str
    name: str
    name_en: str
    target: int
    measure: str
    first_day: date
    last_day: date
    categories: tuple[str, ...] = ()
