"""A whole policy pack as people write it: one field a file, by the file's name."""

from collections.abc import Mapping
from datetime import date
from typing import TypedDict, get_args

from domain.policy.drafts import Draft, Staff
from domain.policy.model import Policy
from domain.sla.calendars import Spans
from schemas.base import Written
from schemas.packs.calendar import CalendarFile
from schemas.packs.campaigns import CampaignsFile
from schemas.packs.channels import ChannelsFile
from schemas.packs.content import hashed
from schemas.packs.escalation import LaddersFile, LevelsFile
from schemas.packs.notices import NoticesFile
from schemas.packs.parts import PartsFile
from schemas.packs.policy import CategoriesFile, GridsFile, PolicyFile, TiersFile, UnitsFile
from schemas.packs.roster import RosterFile
from schemas.packs.sources import SourcesFile


class PackFiles(Written):
    policy: PolicyFile
    units: UnitsFile
    grids: GridsFile
    categories: CategoriesFile
    channels: ChannelsFile
    tiers: TiersFile
    levels: LevelsFile
    parts: PartsFile
    ladders: LaddersFile
    calendar: CalendarFile
    roster: RosterFile
    campaigns: CampaignsFile = CampaignsFile()
    sources: SourcesFile | None = None
    notices: NoticesFile | None = None

    def to_domain(self, holidays: tuple[tuple[date, Spans], ...], published_until: date) -> Policy:
        """Under the hash of its content. Names must have been checked:
        domain/policy_checks/check.py.
        """
        head, units = self.policy, self.units.to_domain()
        return hashed(
            Policy(
                tenant=head.tenant,
                name=head.name,
                name_en=head.name_en,
                hash="",
                units=units,
                grids=self.grids.to_domain(),
                categories=self.categories.to_domain(),
                tier_rules=self.tiers.to_domain(),
                levels=self.levels.to_domain(),
                ladders=self.ladders.to_domain(),
                calendar=self.calendar.to_domain(head.zone, holidays, published_until),
                roster=self.roster.to_domain(head.zone, units),
                platform=head.platform,
                office=head.office,
                return_window=head.return_window,
                reopen_window=head.reopen_window,
                rehandle=head.rehandle.resolve,
                rehandle_sign=head.rehandle.sign,
                rehandle_first=head.rehandle.first,
                rehandle_ladder=head.rehandle.ladder,
                rehandle_extension=head.rehandle.extension,
                reserve=head.reserve,
                parts=self.parts.to_domain(),
                channels=self.channels.to_domain(),
                campaigns=self.campaigns.to_domain(),
                similar=head.similar.to_domain() if head.similar else None,
                surge=head.surge.to_domain() if head.surge else None,
                sources=self.sources.to_domain() if self.sources else (),
                notices=self.notices.to_domain() if self.notices else None,
            )
        )


class SomeFiles(TypedDict, total=False):
    """The files of a pack that could be read."""

    policy: PolicyFile
    units: UnitsFile
    grids: GridsFile
    categories: CategoriesFile
    channels: ChannelsFile
    tiers: TiersFile
    levels: LevelsFile
    parts: PartsFile
    ladders: LaddersFile
    calendar: CalendarFile
    roster: RosterFile
    campaigns: CampaignsFile
    sources: SourcesFile
    notices: NoticesFile


MODELS: Mapping[str, type[Written]] = {
    name: model
    for name, field in PackFiles.model_fields.items()
    for model in (field.annotation, *get_args(field.annotation))
    if isinstance(model, type) and issubclass(model, Written)
}
"""Every file of a pack, by its name without the ending."""

OPTIONAL = frozenset(n for n, field in PackFiles.model_fields.items() if not field.is_required())
"""The files that a town without such a thing leaves out."""


def draft_of(files: SomeFiles) -> Draft:
    head, units, grids = files.get("policy"), files.get("units"), files.get("grids")
    categories, tiers = files.get("categories"), files.get("tiers")
    levels, ladders = files.get("levels"), files.get("ladders")
    parts, channels = files.get("parts"), files.get("channels")
    campaigns, sources = files.get("campaigns"), files.get("sources")
    calendar, roster = files.get("calendar"), files.get("roster")
    return Draft(
        platform=head.platform if head else None,
        office=head.office if head else None,
        rehandle_ladder=head.rehandle.ladder if head else None,
        units=units.to_domain() if units else None,
        grids=grids.to_domain() if grids else None,
        categories=categories.to_domain() if categories else None,
        tier_rules=tiers.to_domain() if tiers else None,
        levels=levels.to_domain() if levels else None,
        ladders=ladders.to_domain() if ladders else None,
        parts=parts.to_domain() if parts else None,
        channels=channels.to_domain() if channels else None,
        campaigns=campaigns.to_domain() if campaigns else None,
        sources=sources.to_domain() if sources else None,
        days_off=tuple(entry.date for entry in calendar.exceptions) if calendar else None,
        staff=_staff(roster) if roster else None,
        similar=head.similar.to_domain() if head and head.similar else None,
        surge=head.surge.to_domain() if head and head.surge else None,
    )


def _staff(roster: RosterFile) -> Staff:
    return Staff(
        people=roster.people_to_domain(),
        duties=roster.duties_to_domain(),
        absent=tuple(entry.person for entry in roster.absences),
        last_resort=roster.last_resort,
    )
