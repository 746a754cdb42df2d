"""A tenant's policy: one versioned bundle of data. The engine has no town in it."""

from dataclasses import dataclass
from datetime import date, timedelta

from domain.people.rosters import Roster
from domain.policy.notice_rules import NoticeRules
from domain.policy.part_rules import PartRule
from domain.policy.similar_rules import SimilarRule, SurgeRule
from domain.policy.sources import SourceRule
from domain.sla.calendars import Calendar
from domain.sla.clocks import Measure
from domain.sla.ladders import Ladder
from domain.vocabulary import Channel, Tier, Urgency


@dataclass(frozen=True, slots=True)
class Unit:
    """A department, squad, village or outside party that can hold a case.

    `successor`: the unit is gone, and that one has its open cases now. `assists_only`: it helps
    but does not lead (villages): it gets only what the responsibility list itself gives it.
    """

    id: str
    name: str
    name_en: str
    parent: str | None = None
    successor: str | None = None
    assists_only: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """The smallest area somebody answers for: a unit, and the village it lies in.

    `backups` answer for it after `unit`, in their order, where nobody signs for a direct case.
    """

    id: str
    name: str
    name_en: str
    unit: str
    backups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """One row of the responsibility list (权责清单).

    `lead` is None for a matter nobody owns yet: it goes to the leading group's office. `by_grid`:
    the unit of the grid handles it. `resolve` overrides the holder's time where it is stricter;
    it is in the measure of whichever clock it meets: 16 hours are two working days on a working
    clock, and hours of day and night on a continuous one.
    """

    id: str
    name: str
    name_en: str
    lead: str | None
    helpers: tuple[str, ...] = ()
    by_grid: bool = False
    tier: Tier | None = None
    urgency: Urgency = Urgency.NORMAL
    evidence: int = 0
    resolve: timedelta | None = None


@dataclass(frozen=True, slots=True)
class TierRule:
    """First match decides. `when` is one of the questions in domain/planning/tier_rules.py.

    `within`: how far back complaints of the same spot and category count as repeats.
    """

    id: str
    when: str
    tier: Tier
    at_least: int = 0
    within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """How long one clock of a service level may take, and by which ladder it escalates."""

    clock: str
    budget: timedelta
    ladder: str
    measure: Measure


@dataclass(frozen=True, slots=True)
class Level:
    """The service level of a tier at an urgency."""

    tier: Tier
    urgency: Urgency
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """What comes by a channel: is the citizen called back, and how is it taken when it is silent?

    `urgency` is the least that it has where the complaint names none. `confirm`: a person must look
    before it becomes anybody's work (a camera sees, but does not judge). `needs` are fields
    (NEEDS in domain/planning/channels.py) without which a person looks, too. `recheck`: whoever
    is concerned was told, and has so long to put it right before the camera looks again; only in
    the categories `recheck_only`, if there are any. `dedupe`: what the same source reports of the
    same spot and category within this time of an unsolved case is the same matter.
    """

    channel: Channel
    callback: bool
    urgency: Urgency | None = None
    category: str | None = None
    confirm: bool = False
    needs: tuple[str, ...] = ()
    recheck: timedelta | None = None
    recheck_only: tuple[str, ...] = ()
    dedupe: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """A drive against one kind of matter (专项整治): what is to be reached, and by when.

    `target` is in the unit of `measure` (m², households, dogs); both days belong to it.
    """

    id: str
    name: str
    name_en: str
    target: int
    measure: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Policy:
    """`hash` is the content's; a case keeps the policy it began with until it is pinned anew.

    `platform` dispatches, `office` is the leading group's: both are units. A closed
    case may be reopened for `reopen_window`; a citizen who is rightly not satisfied gives the
    holder `rehandle` anew, and of it `rehandle_sign` to sign, `rehandle_first` to respond (None: as
    the first time), in the measure of the clock; in tier assign that clock then climbs
    `rehandle_ladder` (None: the usual one), and `rehandle_extension` False gives no more time.
    `reserve`: so much working time before a superior's deadline a supervised case must be done,
    because it has to be verified and reported.
    `notices`: how people are told; today's for every case, like the roster. Without it nobody is.
    """

    tenant: str
    name: str
    name_en: str
    hash: str
    units: tuple[Unit, ...]
    grids: tuple[Grid, ...]
    categories: tuple[Category, ...]
    tier_rules: tuple[TierRule, ...]
    levels: tuple[Level, ...]
    ladders: tuple[Ladder, ...]
    calendar: Calendar
    roster: Roster
    platform: str
    office: str
    return_window: timedelta = timedelta(hours=8)
    reopen_window: timedelta = timedelta(days=30)
    rehandle: timedelta = timedelta(hours=24)
    rehandle_sign: timedelta | None = None
    rehandle_first: timedelta | None = None
    rehandle_ladder: str | None = None
    rehandle_extension: bool | None = None
    reserve: timedelta = timedelta(0)
    parts: tuple[PartRule, ...] = ()
    channels: tuple[ChannelRule, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    similar: SimilarRule | None = None
    surge: SurgeRule | None = None
    sources: tuple[SourceRule, ...] = ()
    notices: NoticeRules | None = None

    def category(self, id_: str | None) -> Category | None:
        return next((category for category in self.categories if category.id == id_), None)

    def grid(self, id_: str | None) -> Grid | None:
        return next((grid for grid in self.grids if grid.id == id_), None)

    def unit(self, id_: str | None) -> Unit | None:
        return next((unit for unit in self.units if unit.id == id_), None)

    def channel(self, channel: Channel) -> ChannelRule | None:
        return next((rule for rule in self.channels if rule.channel is channel), None)

    def level(self, tier: Tier, urgency: Urgency) -> Level | None:
        return next(
            (level for level in self.levels if level.tier is tier and level.urgency is urgency),
            None,
        )
