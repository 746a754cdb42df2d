"""What a unit may do by its kind: lead a case, take a task, summon, order, file a penalty.

The table of a pack is powers.yaml; each unit in units.yaml names its kind. A case keeps the table
that it began with. What kind a unit is, is looked up today, as the units are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.vocabulary import Tier

DEPARTMENT = "department"
"""The kind of a unit for which a pack names none."""
OUTSIDE_PARTY = "outside-party"
"""The kind of a property company and the like (社会力量)."""
VILLAGE = "village"
"""The kind of such a unit if it says `assists_only`."""


class Power(StrEnum):
    """What a unit of a kind may do beside leading a case."""

    TASK = "task"  # 任务, 核实: it can be given a task or sent to look
    ASSIST = "assist"  # 协办: a co-handler; takes part in investigations and joint actions
    SUMMON = "summon"  # 约谈: summons the party of a case that it leads
    ORDER = "order"  # 责令限期整改: orders what must be put right, and inspects it
    PENALTY = "penalty"  # 行政处罚: files and carries on an enforcement case
    OFFICER = "officer"  # 执法人员: its certified people may be the officers of a penalty


class Reads(StrEnum):
    """What the people of a unit read of a case in which the unit has a part, and no more."""

    CASE = "case"
    OWN_PARTS = "own_parts"  # number, category, place, deadlines, and the texts of its own parts


@dataclass(frozen=True, slots=True)
class KindPowers:
    """The powers of one kind of unit: a row of powers.yaml.

    `leads` are the tiers in which a unit of the kind may have a case. With `listed_only` it has
    only cases that the responsibility list gives it, as lead, as co-handler or by its grid: the
    work of departments must not be passed on to it. With `listed_tasks` the same holds for tasks
    and for other help that it is asked for: in other cases the leading group or its office asks.
    None: any unit may.
    `reads`: what its people read of a case that asked it for a part; None: as `reads_of` says.
    """

    kind: str
    leads: tuple[Tier, ...] = ()
    listed_only: bool = False
    may: tuple[Power, ...] = ()
    listed_tasks: bool | None = None
    reads: Reads | None = None


_ALL = tuple(Tier)
_WORKS = (Power.TASK, Power.ASSIST)
_GUIDES = (*_WORKS, Power.SUMMON, Power.ORDER)
_ENFORCES = tuple(Power)

DEFAULT_POWERS = (
    KindPowers("squad", _ALL, may=_ENFORCES),
    KindPowers(DEPARTMENT, _ALL, may=_ENFORCES),
    KindPowers("office", _ALL, may=_GUIDES),  # the leading group, its office, the platform
    KindPowers("utility", _ALL, listed_only=True, may=_WORKS),  # water, power: no authority
    KindPowers("township", _ALL, listed_only=True, may=_ENFORCES),  # below those who dispatch
    KindPowers(VILLAGE, (Tier.DIRECT,), listed_only=True, may=_WORKS),
    KindPowers("community", (Tier.DIRECT,), listed_only=True, may=_WORKS),
    KindPowers(OUTSIDE_PARTY, (Tier.DIRECT,), listed_only=True, may=(Power.TASK,)),
)
"""The table of a pack without powers.yaml."""


def powers_of(table: Iterable[KindPowers], kind: str) -> KindPowers:
    """Return the row of a kind; one without any power if the table does not have the kind."""
    return next((row for row in table if row.kind == kind), KindPowers(kind))


def reads_of(table: Iterable[KindPowers], kind: str) -> Reads:
    """Return what units of a kind read: outside parties their own parts, if the table says nothing,
    and all others the case.
    """
    by_kind = Reads.OWN_PARTS if kind == OUTSIDE_PARTY else Reads.CASE
    return powers_of(table, kind).reads or by_kind


def kind_by_default(*, assists_only: bool) -> str:
    """Return the kind of a unit that names none."""
    return VILLAGE if assists_only else DEPARTMENT


def which_lead(table: Iterable[KindPowers], tier: Tier) -> str:
    """Return the kinds that may lead in a tier, in words."""
    return _listed(row.kind for row in table if tier in row.leads)


def which_may(table: Iterable[KindPowers], power: Power) -> str:
    """Return the kinds that have a power, in words."""
    return _listed(row.kind for row in table if power in row.may)


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(kinds) or "none"
