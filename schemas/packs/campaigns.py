"""The model of campaigns.yaml, which is optional: targets, and the days to reach them."""

from typing import Annotated

from pydantic import Field
from typing_extensions import override

from domain.policy.campaigns import Campaign
from schemas.base import Written
from schemas.durations import Date
from schemas.packs.ids import Id
from schemas.packs.sections import SectionFile
from schemas.texts import Name


class CampaignEntry(Written):
    """One campaign. `target` is a whole number of the unit that `measure` names."""

    id: Id
    name: Name
    name_en: Name
    target: Annotated[int, Field(ge=1, le=1_000_000_000)]
    measure: Name
    first_day: Date
    last_day: Date
    categories: tuple[Id, ...] = ()

    def to_domain(self) -> Campaign:
        return Campaign(**dict(self))


class CampaignsFile(SectionFile):
    campaigns: tuple[CampaignEntry, ...] = ()

    @override
    def to_domain(self) -> tuple[Campaign, ...]:
        return tuple(entry.to_domain() for entry in self.campaigns)
