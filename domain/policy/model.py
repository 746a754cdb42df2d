"""The policy of a tenant: one versioned bundle of data. Nothing in the engine depends on a town."""

from dataclasses import dataclass
from datetime import timedelta

from domain.people.leading_group import Approvers
from domain.people.rosters import Recipient, Roster
from domain.policy.campaigns import Campaign
from domain.policy.flows import FlowStep, FollowOn
from domain.policy.hurry_rules import HurryRule
from domain.policy.inventory import Inventory
from domain.policy.known_by import KnownBy
from domain.policy.leads import GridUnit, LeadRule, UnitSpec, ZoneLead
from domain.policy.notice_rules import NoticeRules
from domain.policy.part_rules import PartRule
from domain.policy.patrols import PatrolRules
from domain.policy.powers import DEFAULT_POWERS, DEPARTMENT, VILLAGE, KindPowers, powers_of
from domain.policy.resources import ResourceLedger
from domain.policy.shapes import Datum, GridShape
from domain.policy.similar_rules import SimilarRule, SurgeRule
from domain.policy.sources import SourceRule
from domain.policy.standards import Codes, Standard
from domain.policy.vacuum import VacuumRule
from domain.sla.calendars import Calendar
from domain.sla.clocks import Measure
from domain.sla.ladders import Ladder
from domain.vocabulary import Channel, Elsewhere, Tier, Urgency


@dataclass(frozen=True, slots=True)
class Unit:
    """A department, squad, village or outside party that can hold a case.

    `kind` is a row of the powers of the policy. `successor`: the unit was merged, renamed or
    dissolved, and that one now has its open cases. `assists_only`: it helps and does not lead,
    which packs without kinds say of a village. `speaks_for`: the names of offices outside the
    policy whose orders its superiors change, send back and write off.
    """

    id: str
    name: str
    name_en: str
    parent: str | None = None
    successor: str | None = None
    assists_only: bool = False
    kind: str = DEPARTMENT
    speaks_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """The smallest area that a unit is responsible for.

    If `unit` does not sign for a direct case in time, the case goes to the `backups` in order.
    `zone`: the kind of area, by which a category may choose its lead. `successors`: the grid was
    split or merged into these. It stays listed for the cases that have it; new ones never get it.
    `units`: who does which kind of work there.
    """

    id: str
    name: str
    name_en: str
    unit: str
    backups: tuple[str, ...] = ()
    zone: str | None = None
    successors: tuple[str, ...] = ()
    units: tuple[GridUnit, ...] = ()

    def unit_for(self, work: str) -> str | None:
        """Return the unit that does this kind of work in the grid; None if it names none."""
        return next((each.unit for each in self.units if each.work == work), None)


@dataclass(frozen=True, slots=True)
class Category:
    """One row of the responsibility list (权责清单).

    `lead` is None for a matter that no unit owns: it goes to the office of the leading group.
    `by_grid`: the unit of the grid handles it. `by_zone`: who leads in some zones, in place of
    `lead`. `lead_rule`: how the lead is found, in place of `lead`. `consult`: a question, which the
    platform may answer at the desk, without a unit. `evidence`: how many files a result needs.
    `resolve` replaces the limit of the holder clock if it is shorter. It is in the measure of that
    clock: 16 hours are two working days on a working clock, and 16 hours of day and night on a
    continuous one.
    `group` is the larger class (大类) that it belongs to. `codes`: by which codes sources name it.
    `standards` say under which conditions it is filed and closed. `follow_on`: the case that it
    leads to. `words`: what reports call it, by which triage suggests it. `flow`: the steps of the
    law before a result, in order. `supervised_by`: the departments in charge (主管部门).
    `proposal`: that of a conference, which it takes up. `picture`: a file after the work is one.
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
    consult: bool = False
    by_zone: tuple[ZoneLead, ...] = ()
    group: str | None = None
    codes: Codes = ()
    standards: tuple[Standard, ...] = ()
    lead_rule: LeadRule | None = None
    follow_on: FollowOn | None = None
    words: tuple[str, ...] = ()
    supervised_by: tuple[UnitSpec, ...] = ()
    flow: tuple[FlowStep, ...] = ()
    proposal: str | None = None
    picture: bool = False

    @property
    def is_owned(self) -> bool:
        """Return True if the list says who leads, or how the lead is found."""
        return self.lead is not None or self.by_grid or self.lead_rule is not None

    def lead_in(self, zone: str | None) -> str | None:
        """Return the unit that leads in a zone: that of `by_zone`, else `lead`."""
        return next((each.unit for each in self.by_zone if each.zone == zone), self.lead)


@dataclass(frozen=True, slots=True)
class TierRule:
    """One rule of tiers.yaml; the first that holds decides the tier.

    `when` is one of the QUESTIONS in domain/planning/tier_rules.py. `at_least` is the number that
    it counts to. `within`: how far back complaints of the same spot and category count as repeats;
    with `by_group`, those of all categories of the same group do. `known_by`: of a rule on a flag.
    """

    id: str
    when: str
    tier: Tier
    at_least: int = 0
    within: timedelta | None = None
    by_group: bool = False
    known_by: KnownBy | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """How long one clock of a service level may take, and which ladder it climbs."""

    clock: str
    budget: timedelta
    ladder: str
    measure: Measure


@dataclass(frozen=True, slots=True)
class Level:
    """The service level of a tier at an urgency: the limits of its clocks.

    `groups`: only for categories of these groups, in place of the level without groups.
    """

    tier: Tier
    urgency: Urgency
    limits: tuple[Limit, ...]
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """How complaints of a channel are taken.

    `callback`: the citizen is asked before the case closes. `category` is that of a complaint which
    names none. `urgency` is the least that any complaint has. `confirm`: a person must
    triage it first (a camera sees, but does not judge). `needs`: fields (NEEDS in
    domain/planning/channels.py) without which a person must triage it, too. `recheck`: those
    concerned have been warned, and have this long to put it right until the camera looks again;
    only in the categories and groups `recheck_only`, if there are any. `dedupe`: what the same
    source reports of the same spot and category (with `by_group`, of the same group), within this
    time of an unsolved case, is the same matter.
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
    by_group: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy of a tenant. A case keeps the policy it began with until it is pinned to another.

    `hash` is that of the content (schemas/packs/content.py). `platform` and `office` are units: the
    one dispatches, the other is the office of the leading group.

    `return_window` is how long a holder may return a case, `reopen_window` how long a closed case
    may be reopened, and `appeal_window` how long after its end an exemption may be asked for, in
    working time; None: 40 hours. `reserve`: a supervised case must be resolved this much working
    time before the superior's deadline, so that it can be verified and reported.

    If the citizen is rightly not satisfied, the holder handles the case again. It then has
    `rehandle` to resolve, `rehandle_sign` to sign and `rehandle_first` to respond (None: as the
    first time), in the measure of each clock. In tier assign the holder clock climbs
    `rehandle_ladder` (None: the usual one), and `rehandle_extension` False allows no extension.
    Where `rehandle_by_head` is True, the head of the unit reports the new result (领导包案).

    Before a supervised case has a result, the office must have appointed its lead
    (`supervise_appointed`), the members must have met (`supervise_met`), and each of them must have
    reported on a task or been excused from it (`supervise_heard`); None: it need not be.
    `vacuum`: who leads what no unit owns; None: the office.
    `approvers`: from which post of the leading group on such a case is decided; None: by role.

    `shapes` are the areas of grids, in file order. `datum` is that of the shapes and of the points
    of all events; None: CGCS2000. `uncovered`: who is told of a case whose place is in no grid;
    None: the dispatchers of the platform. `hurry`: which words let a person look sooner at what
    waits for triage. `evidence_elsewhere`: what becomes of a file that was evidence in a case of
    another matter, at another place; None: it is shown. Without `notices` no person is notified.
    `roster`, `notices`, `inventory`, `resources` and `patrols` are not in the hash: today's hold.
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
    rehandle_by_head: bool | None = None
    reserve: timedelta = timedelta(0)
    parts: tuple[PartRule, ...] = ()
    channels: tuple[ChannelRule, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    similar: SimilarRule | None = None
    surge: SurgeRule | None = None
    sources: tuple[SourceRule, ...] = ()
    notices: NoticeRules | None = None
    powers: tuple[KindPowers, ...] = DEFAULT_POWERS
    supervise_appointed: bool | None = None
    supervise_met: bool | None = None
    shapes: tuple[GridShape, ...] = ()
    datum: Datum | None = None
    uncovered: Recipient | None = None
    inventory: Inventory | None = None
    hurry: HurryRule | None = None
    supervise_heard: bool | None = None
    appeal_window: timedelta | None = None
    approvers: Approvers | None = None
    vacuum: VacuumRule | None = None
    evidence_elsewhere: Elsewhere | None = None
    resources: ResourceLedger | None = None
    patrols: PatrolRules | None = None

    def category(self, id_: str | None) -> Category | None:
        return next((category for category in self.categories if category.id == id_), None)

    def grid(self, id_: str | None) -> Grid | None:
        return next((grid for grid in self.grids if grid.id == id_), None)

    def unit(self, id_: str | None) -> Unit | None:
        return next((unit for unit in self.units if unit.id == id_), None)

    def kind_of(self, unit: str) -> str:
        """Return the kind of a unit; of one that the policy does not have, that of a department."""
        return kind_of(found) if (found := self.unit(unit)) else DEPARTMENT

    def may_lead(self, unit: str, tier: Tier) -> bool:
        """Return whether a unit of this kind may have a case in the tier."""
        return tier in powers_of(self.powers, self.kind_of(unit)).leads

    def channel(self, channel: Channel) -> ChannelRule | None:
        return next((rule for rule in self.channels if rule.channel is channel), None)

    def level(self, tier: Tier, urgency: Urgency, group: str | None = None) -> Level | None:
        """Return the level for a group of categories: its own, or else that of all."""
        fitting = [each for each in self.levels if (each.tier, each.urgency) == (tier, urgency)]
        own = (each for each in fitting if group is not None and group in each.groups)
        return next(own, next((each for each in fitting if not each.groups), None))


def kind_of(unit: Unit) -> str:
    """Return the kind of a unit, also of one that a policy of before there were kinds has."""
    return VILLAGE if unit.assists_only else unit.kind
