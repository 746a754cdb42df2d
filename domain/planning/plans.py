"""The plan of a case: what its policy says about it, pinned when it begins.

Nothing is looked up in the policy later, so a policy may change while cases run.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from domain.complaints import Complaint
from domain.people.leading_group import Approvers
from domain.planning.flags import FoundFlags
from domain.policy.flows import FlowStep, FollowOn
from domain.policy.leads import OpenLead
from domain.policy.part_rules import PartKind, PartRule
from domain.policy.powers import DEFAULT_POWERS, KindPowers
from domain.policy.standards import Standard
from domain.sla.calendars import Calendar
from domain.sla.case_clocks import FIRST, HOLDER, HOLDER_STEPS, SIGN, STEP
from domain.sla.clocks import Measure
from domain.sla.comparison import is_as_strict
from domain.sla.ladders import Ladder
from domain.vocabulary import Elsewhere, Tier, Urgency

MOST_LINKED = 5
"""A plan names so many similar cases, not more: they are enough to judge by."""


GRID, NO_GRID = "grid", "none"
"""The question of a choice, and its answer where no grid has the place."""
HURRY = "hurry"
"""The question of a choice whose answer is the word that lets a person look at the case soon."""
UNCOVERED = "?"
"""In lists: the grid of a case whose place is in no grid. No code of a grid is so."""
RULES = 3
"""The revision of the rules that new plans get. 2: a deadline that moved is watched again, and no
command gets past what another refuses (promises 40, 41). 3: what several people answer for is
shown by each of them, a second dissatisfaction is L4, the desk answers only what reads as a
question, `explained` answers only who said that he is not satisfied, and a person merges cases
of one place."""


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """How much time a clock has, how it is measured, and which ladder belongs to it."""

    clock: str
    budget: timedelta
    measure: Measure
    ladder: str


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """The clocks of one tier at the urgency of the case."""

    tier: Tier
    clocks: tuple[ClockSpec, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rule of the policy answered which question: shown to whoever asks why."""

    question: str
    answer: str
    rule: str


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier case that a rule takes to be about the same; the score is in percent."""

    case: str
    score: int
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category that a complaint without one could mean."""

    category: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlan:
    """A few KB; the workflow's input and the first row of the journal.

    `holder` is the unit it goes to, None when a person must first triage it. `levels` has the tier
    of the case and all above it, so that raising the tier needs no look-up. `parts` say what else
    may be opened. A closed case is archived after `reopen_window`. A citizen who is not satisfied
    gives the holder `rehandle` again, of which `rehandle_sign` to sign and `rehandle_first` to
    respond; None: as the first time, which is the most in any case. In tier assign its clock then
    climbs `rehandle_ladder`, and where `rehandle_extension` is False nobody asks for more time;
    None: as the first time. `similar`: earlier cases of the
    same spot and category.
    `backups` get a direct case that nobody signs for, in their order.
    `reserve`: so much working time before a superior's deadline a supervised case must be done.
    `appeal_window`: so much working time after its end an exemption may be asked for; None: 40 h.
    `into`: the open case whose way it goes from the beginning, because a rule says that it is the
    same matter; `into_reason` names the rule. `recheck`: before a person triages it, there is so
    much time to put it right, and then somebody looks again.
    `consult`: True for a question that may be answered at the desk, else None.
    `standard_tier`, `standard_urgency`: what the rules say where a person has decided otherwise.
    `lead` is the unit of the responsibility list, also where a grid has another holder. `powers`
    say what a unit may do by its kind (None: as in a pack without a table), and `kinds` of what
    kind each unit of the plan is.
    `issuer_unit`: the unit of the policy that issued the case as a superior, or speaks for the
    office that did; None where there is none. `issuers_named`: True where the policy says which
    unit speaks for which office outside it, so that no superior speaks for another one.
    `guided_by`: the units above the leading group. Their leaders decide in what they issued, and in
    what is reported up to them; None: the policy has no leading group, or none is above it.
    `appointed_first`, `met_first`, `heard_first`: before a supervised case has a result, the office
    must have appointed its lead, the members must have met, and each must have reported on a task
    or been excused from it; None: it need not be.
    `approvers`: from which post of the leading group on it is decided in tier supervise; None: by
    role.
    `suggested`: the categories among which the person who triages it is shown to choose, likeliest
    first; None: none were looked for or found.
    `standard`: the one that the case was filed under (立案结案标准), if its category has any.
    `flags`: why it is a stability risk, or one of history, with what it is known by; None: neither.
    `open_lead`: the platform has to find out who leads, and why; `candidates`: the units of which
    it chooses one. None: the rules say who leads, or a person triages it first.
    `flow`: the steps of the law that it takes before it has a result; None: as they come.
    `picture`: one of the files that show how it is after the work is a picture; None: any do.
    `follow_on`: what its category leads to. `origin`: the case whose work led to this one.
    `supervisors`: the departments in charge of such matters (主管部门); None: there are none.
    `elsewhere`: what becomes of a file that was evidence in another case; None: as before there was
    a look-up for it.
    `sent_for_issuer`: True where another system than a superior's own sent what came from a
    superior, so its word takes nothing back; None: elsewhere.
    `alarm`: the word of hurry in the text of the complaint, whatever category it has, came with or
    gets by a triage; None: it has none.
    `least_urgency`: what its channel gives at least, where a person has triaged it; None: nothing.
    `matter`: a word in its text that the town lists for a matter which is no question, if its
    source named no category; None: there is none.
    `rules`: the revision of Sanban's own rules by which the case decides (docs/adr/0027); None:
    the first. A running case keeps it, like everything here, until it is put under a policy again.
    """

    complaint: Complaint
    policy: str
    tier: Tier
    urgency: Urgency
    category: str | None = None
    category_name: str = ""
    holder: str | None = None
    helpers: tuple[str, ...] = ()
    backups: tuple[str, ...] = ()
    grid: str | None = None
    calendar: Calendar
    levels: tuple[ServiceLevel, ...]
    ladders: tuple[Ladder, ...]
    choices: tuple[Choice, ...]
    platform: str
    office: str
    evidence: int = 0
    callback: bool = False
    return_window: timedelta = timedelta(hours=8)
    reopen_window: timedelta = timedelta(days=30)
    rehandle: timedelta = timedelta(hours=24)
    rehandle_sign: timedelta | None = None
    rehandle_first: timedelta | None = None
    rehandle_ladder: str | None = None
    rehandle_extension: bool | None = None
    rehandle_by_head: bool | None = None
    reserve: timedelta = timedelta(0)
    similar: tuple[Similar, ...] = ()
    into: str | None = None
    into_reason: str = ""
    recheck: timedelta | None = None
    parts: tuple[PartRule, ...] = ()
    rules: int | None = None
    consult: bool | None = None
    standard_tier: Tier | None = None
    standard_urgency: Urgency | None = None
    lead: str | None = None
    powers: tuple[KindPowers, ...] | None = None
    kinds: tuple[tuple[str, str], ...] | None = None
    issuer_unit: str | None = None
    appointed_first: bool | None = None
    met_first: bool | None = None
    standard: Standard | None = None
    heard_first: bool | None = None
    flags: FoundFlags | None = None
    approvers: Approvers | None = None
    open_lead: OpenLead | None = None
    candidates: tuple[str, ...] | None = None
    flow: tuple[FlowStep, ...] | None = None
    picture: bool | None = None
    follow_on: FollowOn | None = None
    origin: str | None = None
    suggested: tuple[Suggestion, ...] | None = None
    supervisors: tuple[str, ...] | None = None
    issuers_named: bool | None = None
    guided_by: tuple[str, ...] | None = None
    elsewhere: Elsewhere | None = None
    appeal_window: timedelta | None = None
    alarm: str | None = None
    sent_for_issuer: bool | None = None
    least_urgency: Urgency | None = None
    matter: str | None = None

    @property
    def shown(self) -> tuple[str, ...] | None:
        """Return the categories that the person who triages the case is shown."""
        return tuple(each.category for each in self.suggested or ()) or None

    @property
    def hurry(self) -> str | None:
        """Return the word for which a person triages the case soon."""
        return next((each.answer for each in self.choices if each.question == HURRY), None)

    @property
    def alarming(self) -> str | None:
        """Return the word of hurry for which one person alone does not end the case, or `critical`,
        which it is or came as; None: neither.
        """
        degrees = {self.urgency, self.standard_urgency, self.complaint.urgency}
        critical = Urgency.CRITICAL if Urgency.CRITICAL in degrees else None
        return self.alarm or self.hurry or critical

    @property
    def table_of_powers(self) -> tuple[KindPowers, ...]:
        return DEFAULT_POWERS if self.powers is None else self.powers

    def follows(self, revision: int) -> bool:
        """Return whether the case decides by the rules of this revision, or of a later one."""
        return (self.rules or 1) >= revision

    @property
    def uncovered(self) -> bool:
        """Return True if the place should be in a grid, and is in none."""
        return any(each.question == GRID and each.answer == NO_GRID for each in self.choices)

    @property
    def listed_grid(self) -> str | None:
        """Return the grid by which lists find the case."""
        return UNCOVERED if self.uncovered else self.grid

    @property
    def case_id(self) -> str:
        return self.complaint.case_id

    def spec(self, tier: Tier, clock: str) -> ClockSpec | None:
        """Return the limit of a clock in a tier; None if the service level gives it none."""
        level = next((level for level in self.levels if level.tier is tier), None)
        specs = level.clocks if level else ()
        return next((spec for spec in specs if spec.clock == clock), None)

    def of_next_step(
        self, spec: ClockSpec | None, tier: Tier, done: Collection[str]
    ) -> ClockSpec | None:
        """Return the limit of a clock; that of steps is of the next one that is not the last.

        None if there is no such step.
        """
        if spec is None or spec.clock != STEP:
            return spec
        steps = (self.standard.steps if self.standard else None) or ()
        step = next((each for each in steps[:-1] if each.id not in done), None)
        whole = self.spec(tier, HOLDER)
        if step is None or whole is None or step is steps[0]:
            return None if step is None else spec
        if is_as_strict(step.within, step.measure, whole.budget, whole.measure):
            return replace(spec, budget=step.within, measure=step.measure)
        return replace(spec, budget=whole.budget, measure=whole.measure)

    def spec_again(self, tier: Tier, clock: str) -> ClockSpec | None:
        """Return the limit for handling again (重办): never more than the first time."""
        spec = self.spec(tier, clock)
        limits = {SIGN: self.rehandle_sign, FIRST: self.rehandle_first, HOLDER: self.rehandle}
        # A step of the holder's work is never longer than the whole.
        limit = limits.get(clock, self.rehandle if clock in HOLDER_STEPS else None)
        if spec is None:
            return None
        of_its_own = clock == HOLDER and tier is Tier.ASSIGN and self.rehandle_ladder
        return replace(
            spec,
            budget=spec.budget if limit is None else min(spec.budget, limit),
            ladder=of_its_own or spec.ladder,
        )

    def part(self, tier: Tier, kind: PartKind) -> PartRule | None:
        """Return the rule for a kind of part in a tier; None if the policy has no such part."""
        return next((r for r in self.parts if r.kind is kind and tier in r.tiers), None)

    def ladder(self, id_: str) -> Ladder:
        """Return a ladder of the plan.

        Raises LookupError: every ladder that a clock of the case names must be in the plan.
        """
        for ladder in self.ladders:
            if ladder.id == id_:
                return ladder
        raise LookupError(f"{self.case_id}: no ladder {id_} in the plan")
