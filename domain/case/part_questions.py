"""The questions that the rules of a case ask about a kind of part; part_types.py answers them."""

from dataclasses import dataclass
from enum import StrEnum

from domain.case.parts.facts import PartState
from domain.sla.clocks import Cause


class LapseCause(StrEnum):
    """What happens to a case while a part is open, and leaves the part without an object."""

    TRIAGED = "triaged"  # a person triages the case
    RESOLVED = "resolved"  # the holder resolves the case
    TIER_CHANGED = "tier_changed"
    HOLDER_GONE = "holder_gone"  # the unit that holds the case gives it back, or is passed over
    NEW_HOLDER = "new_holder"  # another unit gets the case than the one that the part asks


class Turns(StrEnum):
    """What the clock of a part does when the part moves on without ending."""

    EACH = "each"  # each turn has a time of its own
    ONE = "one"  # one time for all turns
    BY_STATE = "by_state"  # again from the start when the state changes
    WAITS = "waits"  # one time, which does not run while others look at what was reported


class Look(StrEnum):
    """Who checks the result."""

    LEAD = "lead"  # the lead, or the platform: not the unit that did it
    OTHERS = "others"  # not the person that ordered or reported it, and with a picture


@dataclass(frozen=True, slots=True)
class Reported:
    """A report moves a part to `to`; where `of` is set, only from that state."""

    to: PartState
    of: PartState | None = None


@dataclass(frozen=True, slots=True)
class DeadlineEnding:
    """What becomes of work whose deadline passes, and the sentence of its row."""

    to: PartState
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartType:
    """One kind of part. Each field is a question that some rule of a case asks.

    A request has a decider and a default; everything else is work, which a supervisor may waive.
    """

    name: str
    """In Chinese and English."""
    opened_by: str | None = None
    """The command whose permission says in which tiers; None: rungs of any tier open it as well."""
    in_every_policy: bool = True
    """Each pack says how many a case may have. False: a pack without a rule allows none."""
    told: bool = False
    """Outsiders hear of it: work that they see anyway, and requests about who has the case or when
    it is due. Not the tracks of an inquiry: the one would tell of the other."""

    request: bool = False
    contests: bool = False
    """It says that the case is not the holder's, who does not sign or resolve before the answer."""
    ruled_on: bool = False
    """It settles a dispute for good, which in tier supervise a post of the leading group may do."""
    granted_by_silence: bool = True
    """The policy may grant it when no answer comes in time."""
    by_voice: bool = False
    """What citizens ask for and what the town asks for are counted apart, so the town does not use
    up the citizen's right."""
    takes_up: PartState | None = None
    """In this state, a person has decided that a matter which had ended is to be handled."""
    presses: bool = False
    """A citizen or a superior has asked for more haste with it."""
    extends: bool = False
    """Once granted, the holder has more time."""
    separates: bool = False
    """It asks whether a case that follows this one goes its own way, which it does without an
    answer. A policy's number of them holds for each of those cases."""
    by_two: bool = False
    """A policy may name a second decider, who answers after the first has granted it."""
    retractable: bool = False
    """Who asked may take it back before it is answered. Not what a citizen has a right to, nor what
    another act needs."""
    withdraws: bool = False
    """Once granted, the case is withdrawn."""
    refuses: bool = False
    """Once granted, the case is refused as outside the mandate."""
    declines_law: bool = False
    """Once granted, the law's steps are not taken."""
    exempts: bool = False
    """Once granted, what the case missed is left out of the statistic."""

    planned: bool = False
    """It divides the work, so the plan after the first meeting is made with it."""
    must_end: bool = False
    """A case is not resolved before it has ended, unless it is optional."""
    before_withdrawal: bool = False
    """The law or the office has begun it, so the case is not withdrawn before it has ended."""
    overtaken_by: frozenset[LapseCause] = frozenset()
    outlasts_result: bool = False
    """From rules 2 on a result does not end it: its clock waits while others look, and it ends when
    the result is verified."""
    outlives: bool = False
    """It goes on after the case has ended, and its clock runs while the case rests (law)."""

    pauses: tuple[str, ...] = ()
    """The clocks that stand still while it is open."""
    cause: Cause = Cause.CHECKING
    pauses_until_due: bool = False
    """When its own deadline passes, they run again."""

    reported: Reported | None = None
    """What a report does; None where there is no report."""
    answered_by_regulars: bool = False
    """Its report binds the unit, so no auxiliary gives it."""
    holder_reports: bool = False
    """The holder may report as well as the units that are asked."""
    served: bool = False
    """A person hands it over, and its time runs from there."""
    serving_proved: bool = False
    """Handing it over needs a proof."""
    put_right: bool = False
    """When its time is over after serving, it waits for a check."""
    looked_at: Look | None = None
    second_chance: bool = False
    """A first failed look orders it once more."""
    shows_attendance: bool = False
    """Files of its report show who came."""
    appointed: bool = False
    """It has an hour: its clock runs to it, and nothing is held or reported before. Its second
    turn, in which that is done, has the time `then` of the policy, or else that of the first."""
    held: bool = False
    """People meet."""
    decides: bool = False
    """What the meeting decides, binds."""
    concluded: bool = False
    concluded_by_office: bool = False
    waived_by_leader: bool = False
    unanswered: DeadlineEnding | None = None
    summons: bool = False
    """Without an answer the leading group summons the holder."""
    of_handling: bool = False
    """It is a step of the work, with a time of its own. When it is late, people are told, and the
    case has not escalated: whether it is late, its own clocks say."""
    platform_looks: bool = False
    """The platform has the turn, although it opened it."""

    turns: Turns = Turns.EACH
    own_time: bool = False
    """A time that was agreed for it replaces the policy's."""
    lawful_days: bool = False
    """After serving, its natural days run."""
    same_time: bool = False
    """The second turn has the time and the measure of the first."""

    officers: int = 0
    """How many certified officers it needs."""
    bounded: bool = False
    """A policy says how much may be asked for at the most (`longest`)."""
    two_turns: bool = False
    """A policy says how long the second turn takes (`then`)."""
    tracks: int = 1
    """How many parts one command opens."""

    @property
    def answered_once(self) -> bool:
        """Return whether one report ends it: its files prove that act, and no other."""
        return self.reported is not None and self.reported.to.is_final
