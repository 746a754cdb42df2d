"""A policy on its way: the parts that could be read, and what is found wrong with them."""

from dataclasses import dataclass
from datetime import date

from domain.people.rosters import Duty, Person
from domain.policy.model import Campaign, Category, ChannelRule, Grid, Level, TierRule, Unit
from domain.policy.part_rules import PartRule
from domain.policy.similar_rules import SimilarRule, SurgeRule
from domain.policy.sources import SourceRule
from domain.sla.ladders import Ladder


@dataclass(frozen=True, slots=True)
class Staff:
    """The roster before it is sure that it can be one. `absent` are ids, one an absence."""

    people: tuple[Person, ...]
    duties: tuple[Duty, ...]
    absent: tuple[str, ...]
    last_resort: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDraft:
    """None stands for a part whose file could not be read; what refers to it is not checked.

    Everything stands in the order of its file, so that an index leads to its line. `days_off` are
    the dates of the calendar's own exceptions.
    """

    platform: str | None = None
    office: str | None = None
    rehandle_ladder: str | None = None
    units: tuple[Unit, ...] | None = None
    grids: tuple[Grid, ...] | None = None
    categories: tuple[Category, ...] | None = None
    tier_rules: tuple[TierRule, ...] | None = None
    levels: tuple[Level, ...] | None = None
    ladders: tuple[Ladder, ...] | None = None
    parts: tuple[PartRule, ...] | None = None
    channels: tuple[ChannelRule, ...] | None = None
    campaigns: tuple[Campaign, ...] | None = None
    sources: tuple[SourceRule, ...] | None = None
    days_off: tuple[date, ...] | None = None
    staff: Staff | None = None
    similar: SimilarRule | None = None
    surge: SurgeRule | None = None
