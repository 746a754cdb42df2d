"""The model of channels.yaml: how complaints of each channel are taken."""

from pydantic import StrictBool
from typing_extensions import override

from domain.policy.model import ChannelRule
from domain.vocabulary import Channel, Urgency
from schemas.base import Written
from schemas.durations import Hours
from schemas.packs.sections import SectionFile
from schemas.texts import Code


class ChannelEntry(Written):
    channel: Channel
    callback: bool = False
    urgency: Urgency | None = None
    category: Code | None = None
    confirm: bool = False
    needs: tuple[str, ...] = ()
    recheck: Hours | None = None
    recheck_only: tuple[Code, ...] = ()
    dedupe: Hours | None = None
    by_group: StrictBool = False

    def to_domain(self) -> ChannelRule:
        return ChannelRule(**dict(self))


class ChannelsFile(SectionFile):
    channels: tuple[ChannelEntry, ...]

    @override
    def to_domain(self) -> tuple[ChannelRule, ...]:
        return tuple(entry.to_domain() for entry in self.channels)
