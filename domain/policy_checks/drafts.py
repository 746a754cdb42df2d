"""A policy that is being read: the tables that could be read so far, for the checks."""

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
    """The tables of roster.yaml, not checked yet. `absent`: the person of each absence."""

    people: tuple[Person, ...]
    duties: tuple[Duty, ...]
    absent: tuple[str, ...]
    last_resort: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDraft:
    """The tables of a policy. None: the file could not be read, so references to it are not
    checked.

    Entries keep the order of their file, so that an index leads to a line. `days_off` are the dates
    of the calendar's own exceptions.
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
