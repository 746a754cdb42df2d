"""The units of a case: those that have or had something to do with it, and those whose turn it is.

Both are lists of unit ids, sorted, as the read model keeps them.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from domain.case.clocks import pressed_by
from domain.case.deciders import decider_of
from domain.case.part import Part
from domain.case.parts.facts import PartState
from domain.case.state import Case
from domain.sla.case_clocks import CALLBACK, CITIZEN, DUTIES, HOLDER, VERIFY, WHOLE_CASE
from domain.sla.clock_rows import Answerable
from domain.sla.clocks import Clock
from domain.vocabulary import DECIDERS, ENDED_STAGES, OFFICE, Role, Stage, Tier

_WITH_PLATFORM = frozenset({Stage.RECEIVED, Stage.TRIAGED, Stage.RESOLVED, Stage.VERIFIED})
_ASKED = frozenset({PartState.OPEN, PartState.SERVED})


def parties(case: Case) -> tuple[str, ...]:
    """Return the holder, the members, who was either before, and units that a part asked: they may
    read it.

    Not the platform and the office, which read every case of their tenant.
    """
    asked = (unit for part in case.parts for unit in part.units)
    return _sorted({case.holder, *case.had, *case.members, *case.helped, *asked})


def readers(case: Case) -> tuple[str, ...]:
    """Return the units whose people read the case: its parties, the unit that issued it, and the
    departments that supervise its category.

    The issuer writes the case off; what its people may say in it is decided by role.
    """
    return _sorted({*parties(case), case.plan.issuer_unit, *(case.plan.supervisors or ())})


def inbox(case: Case) -> tuple[str, ...]:
    """The holder of an open case, and whoever has the turn: platform, units asked, deciders.

    Of a closed case those who still have something to do: answer a request, finish a penalty.
    """
    units = {unit for part in case.open_parts() for unit in part_turn(case, part)}
    if case.stage in ENDED_STAGES or case.stage is Stage.MERGED:
        return _sorted(units)
    units.add(case.holder)
    if case.stage in _WITH_PLATFORM:
        units.add(case.plan.platform)
    if case.stage is Stage.VERIFIED and case.tier is Tier.SUPERVISE:
        units.add(case.plan.office)  # whose signature ends it
    units.update(_pressed(case))
    return _sorted(units)


def decision_of(role: Role) -> str:
    """Return how the read model marks a case with a request that this role answers."""
    return f"decider:{role}"


def decisions_of(roles: Collection[Role]) -> tuple[str, ...]:
    """Return how the read model marks cases with a request for one of these roles to answer."""
    return tuple(decision_of(role) for role in DECIDERS if role in roles)


TO_CALL = "call"
"""How the read model marks a case whose citizen is to be called back."""


def awaited(case: Case) -> tuple[str, ...]:
    """Return a mark for each role that has a request to answer, and for a call that is due."""
    marks = {decision_of(decider_of(case, part)) for part in case.open_parts() if part.type.request}
    calling = call_clock(case)
    if calling is not None and calling.is_running and case.stage is Stage.VERIFIED:
        marks.add(TO_CALL)
    return _sorted(marks)


def call_clock(case: Case) -> Clock | None:
    """Return the clock of the callback, if the case has one."""
    return case.clock(CALLBACK)


def _pressed(case: Case) -> Iterable[str | None]:
    """Yield the units that one clock of the case waits for, whichever unit has it."""
    for clock in (each.id for each in case.clocks if each.is_running):
        match DUTIES.get(clock):
            case Answerable.OFFICE:
                yield case.plan.office
            case Answerable.PLATFORM:
                signed = clock == VERIFY and _waits_for_the_group(case)
                yield case.plan.office if signed else case.plan.platform


def _waits_for_the_group(case: Case) -> bool:
    """Return whether the second of two signatures is the leading group's."""
    return case.tier is Tier.SUPERVISE and bool(case.signatures) and not case.group_signed


def late(case: Case, clock: str, at: datetime) -> tuple[str, ...] | None:
    """Return the units whose miss it is that the clock is missed at `at`; None if it is of none.

    So the office is late with what it has to appoint, a decider with what it has to answer, and the
    platform with a promise that passes while it looks at what was done.
    """
    if not case.plan.follows(2):
        return None
    part = case.part(clock)
    units = part_turn(case, part) if part else {_on_duty(case, clock, at)}
    return _sorted(units) or None


def _on_duty(case: Case, clock: str, at: datetime) -> str | None:
    plan, signed = case.plan, _waits_for_the_group(case)
    match DUTIES.get(clock, Answerable.HOLDER):
        case Answerable.PLATFORM if clock == VERIFY and signed:
            return plan.office  # whose signature is the second
        case Answerable.PLATFORM:
            return plan.platform
        case Answerable.OFFICE:
            return plan.office
        case Answerable.SUPERIOR:
            return None
    if clock in WHOLE_CASE:
        with_platform = case.stage in _WITH_PLATFORM or case.holder is None
        return plan.platform if with_platform else pressed_by(case, CITIZEN, at)
    return _timed(case, at) if clock == HOLDER else case.holder


def _timed(case: Case, at: datetime) -> str | None:
    """Return the unit whose time the holder clock is; of a superior's date that was over when the
    unit got the case it is the platform, until the unit has used up its own time.
    """
    spared = case.plan.follows(3) and pressed_by(case, HOLDER, at) != case.holder
    return case.plan.platform if spared else case.timed


def part_turn(case: Case, part: Part) -> set[str | None]:
    """Who was asked and has not answered; then whoever asked."""
    if part.type.request:
        return {_decider(case, part)}
    if part.awaits_leader:
        return {case.plan.office}
    if part.type.platform_looks:
        return {case.plan.platform}
    waiting = [unit for unit in part.units if unit not in part.heard]
    if part.state in _ASKED and waiting:
        return {*waiting}
    return {part.by.unit or case.plan.platform}


def whose_turn(case: Case, part: Part) -> str:
    """Return the units whose turn an open part is, for people to read."""
    return ", ".join(_sorted(part_turn(case, part))) or "no unit"


def _decider(case: Case, part: Part) -> str | None:
    role = decider_of(case, part)
    if role in OFFICE:
        return case.plan.office
    return case.plan.platform if role is Role.DISPATCHER else case.holder


def _sorted(units: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted(unit for unit in units if unit is not None))
