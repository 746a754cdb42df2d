"""A whole policy pack: the registry of its files, and the policy that they become.

The loader, the problems that `sanban policy check` names by line, the draft that the rules look
through, and the policy with its hash follow from PACK_FILES. CONTRIBUTING.md lists what a new file
needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

from domain.policy.inventory import Inventory
from domain.policy.model import Policy
from domain.policy_checks.drafts import PolicyDraft, Staff
from domain.sla.calendars import Spans
from schemas.base import Written
from schemas.packs.calendar import CalendarFile
from schemas.packs.campaigns import CampaignsFile
from schemas.packs.channels import ChannelsFile
from schemas.packs.content import hashed
from schemas.packs.escalation import LaddersFile, LevelsFile
from schemas.packs.notices import NoticesFile
from schemas.packs.parts import PartsFile
from schemas.packs.patrols import PatrolsFile
from schemas.packs.policy import CategoriesFile, GridsFile, PolicyFile, UnitsFile
from schemas.packs.powers import PowersFile
from schemas.packs.resources import ResourcesFile
from schemas.packs.roster import RosterFile
from schemas.packs.sections import SectionFile
from schemas.packs.shapes import GridShapesFile
from schemas.packs.sources import SourcesFile
from schemas.packs.tiers import TiersFile

GEOJSON = ".geojson"


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack.

    `name` is that of the file without `.yaml`; one that ends in `.geojson` is whole. `section` is
    the field of Policy that it becomes; "" where `policy_of` and `draft_of` need more than this
    file to make it. Without an optional file the section keeps its default.
    """

    name: str
    model: type[Written]
    section: str = ""
    optional: bool = False

    @property
    def file(self) -> str:
        """Return the name of the file on disk."""
        return file_name(self.name)


def file_name(name: str) -> str:
    """Return the name on disk of a file of a pack; findings leave `.yaml` out."""
    return name if name.endswith(GEOJSON) else f"{name}.yaml"


PACK_FILES = (
    PackFile("policy", PolicyFile),
    PackFile("units", UnitsFile, "units"),
    PackFile("powers", PowersFile, "powers", optional=True),
    PackFile("grids", GridsFile, "grids"),
    PackFile(f"grids{GEOJSON}", GridShapesFile, "shapes", optional=True),
    PackFile("categories", CategoriesFile, "categories"),
    PackFile("channels", ChannelsFile, "channels"),
    PackFile("tiers", TiersFile, "tier_rules"),
    PackFile("levels", LevelsFile, "levels"),
    PackFile("parts", PartsFile, "parts"),
    PackFile("ladders", LaddersFile, "ladders"),
    PackFile("calendar", CalendarFile),
    PackFile("roster", RosterFile),
    PackFile("campaigns", CampaignsFile, "campaigns", optional=True),
    PackFile("sources", SourcesFile, "sources", optional=True),
    PackFile("resources", ResourcesFile, "resources", optional=True),
    PackFile("patrols", PatrolsFile, "patrols", optional=True),
    PackFile("notices", NoticesFile, "notices", optional=True),
)
"""Every file of a pack. Problems are told in this order."""

Files = Mapping[str, Written]
"""The files of a pack that could be read, by name."""

_File = TypeVar("_File", bound=Written)
_CHECKED = frozenset(field.name for field in fields(PolicyDraft))


def file_of(files: Files, model: type[_File]) -> _File | None:
    """Return the file of that model; None where it is missing or could not be read."""
    return next((file for file in files.values() if isinstance(file, model)), None)


def policy_of(
    files: Files,
    holidays: tuple[tuple[date, Spans], ...],
    published_until: date,
    inventory: Inventory | None = None,
) -> Policy:
    """Return the policy, under the hash of its content.

    `files` must have all that are not optional, and `check` must have found nothing wrong with
    their draft. `holidays` are the days that differ from the plain week of the calendar, known
    until `published_until`.
    """
    head = _needed(files, PolicyFile)
    units = _needed(files, UnitsFile).to_domain()
    return hashed(
        Policy(
            tenant=head.tenant,
            name=head.name,
            name_en=head.name_en,
            hash="",
            calendar=_needed(files, CalendarFile).to_domain(head.zone, holidays, published_until),
            roster=_needed(files, RosterFile).to_domain(head.zone, units),
            platform=head.platform,
            office=head.office,
            return_window=head.return_window,
            reopen_window=head.reopen_window,
            appeal_window=head.appeal_window,
            rehandle=head.rehandle.resolve,
            rehandle_sign=head.rehandle.sign,
            rehandle_first=head.rehandle.first,
            rehandle_ladder=head.rehandle.ladder,
            rehandle_extension=head.rehandle.extension,
            rehandle_by_head=head.rehandle.head,
            reserve=head.reserve,
            supervise_appointed=head.supervise.appointed or None,
            supervise_met=head.supervise.met or None,
            supervise_heard=head.supervise.heard or None,
            approvers=head.supervise.approvers.to_domain(),
            similar=head.similar.to_domain() if head.similar else None,
            surge=head.surge.to_domain() if head.surge else None,
            datum=head.datum,
            uncovered=head.uncovered.to_domain() if head.uncovered else None,
            vacuum=head.vacuum.to_domain() if head.vacuum else None,
            hurry=head.hurry.to_domain() if head.hurry else None,
            evidence_elsewhere=head.evidence_elsewhere,
            inventory=inventory,
            **_sections(files),
        )
    )


def draft_of(files: Files) -> PolicyDraft:
    """Return what the readable files say, for domain/policy_checks to look for mistakes.

    A section that no rule looks at is no field of PolicyDraft, and is left out.
    """
    head, calendar = file_of(files, PolicyFile), file_of(files, CalendarFile)
    roster = file_of(files, RosterFile)
    checked = {name: said for name, said in _sections(files).items() if name in _CHECKED}
    return PolicyDraft(
        platform=head.platform if head else None,
        office=head.office if head else None,
        rehandle_ladder=head.rehandle.ladder if head else None,
        days_off=tuple(entry.date for entry in calendar.exceptions) if calendar else None,
        week=calendar.week.to_domain() if calendar else None,
        reopen_window=head.reopen_window if head else None,
        staff=_staff(roster) if roster else None,
        similar=head.similar.to_domain() if head and head.similar else None,
        surge=head.surge.to_domain() if head and head.surge else None,
        datum=head.datum if head else None,
        uncovered=head.uncovered.to_domain() if head and head.uncovered else None,
        vacuum=head.vacuum.to_domain() if head and head.vacuum else None,
        approvers=head.supervise.approvers.to_domain() if head else None,
        hurry=head.hurry.to_domain() if head and head.hurry else None,
        has_inventory=head.parts_inventory is not None if head else None,
        **checked,
    )


def _sections(files: Files) -> dict[str, Any]:
    """Return the sections that come from one file each, by the name of their field in Policy."""
    rows = ((row, files.get(row.name)) for row in PACK_FILES)
    return {row.section: file.to_domain() for row, file in rows if isinstance(file, SectionFile)}


def _needed(files: Files, model: type[_File]) -> _File:
    file = file_of(files, model)
    if file is None:
        raise ValueError(f"no {model.__name__} among the files of the pack")
    return file


def _staff(roster: RosterFile) -> Staff:
    return Staff(
        people=roster.people_to_domain(),
        duties=roster.duties_to_domain(),
        absent=tuple(entry.person for entry in roster.absences),
        last_resort=roster.last_resort,
        leading_group=roster.leading_group.to_domain() if roster.leading_group else None,
    )
