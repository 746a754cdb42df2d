"""Promises 19 and 20: what is asked of a case is answered, or settles itself as its policy says."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

import pytest

from domain.case.closing.acts import Close
from domain.case.commands import Actor, HumanAct
from domain.case.dispatch.acts import Dispatch
from domain.case.evolve import fold
from domain.case.part_types import PART_TYPES, REQUESTS
from domain.case.parts.facts import PartMoved, PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.supervision.acts import Appoint
from domain.case.suspension.acts import AskSuspension
from domain.complaints import Complaint
from domain.planning.plans import CasePlan
from domain.policy.part_rules import Default, PartKind, PartRule
from domain.sla.clocks import Measure, due
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.builders import ACTORS, WATER_HANDLER, complaint, plan
from tests.town import CALENDAR, OPENED, PART_RULES, hours
from tests.workflow.cases import OpenCase, Town
from tests.workflow.looks import facts
from tests.workflow.test_commands import no

SUPERVISOR = ACTORS[Role.SUPERVISOR]
THEIRS = Answer(part="return-1", granted=True, reason="Theirs.", unit="water")
LIMIT = hours(3)
"""For whoever decides; every hour counts."""

Asked = tuple[HumanAct | str, Actor | None]
TO_CLOSED: tuple[Asked, ...] = (
    ("sign", None),
    ("resolve", None),
    ("verify", None),
    ("close", None),
)
WAYS: Mapping[PartKind, tuple[Asked, ...]] = {
    PartKind.RETURN: (("return", None),),
    PartKind.RULING: (("return", None), (THEIRS, None), ("return", WATER_HANDLER)),
    PartKind.EXTENSION: (("ask_extension", None),),
    PartKind.SUSPENSION: (("ask_suspension", None),),
    PartKind.REOPENING: (*TO_CLOSED, ("ask_reopening", None)),
    PartKind.TIER_CHANGE: (("ask_tier", None),),
    PartKind.DISSATISFACTION: (
        *TO_CLOSED[:3],
        ("verify", SUPERVISOR),
        (Close(callback=Callback.UNSATISFIED, note="Still there."), None),
    ),
    PartKind.EXEMPTION: (*TO_CLOSED, ("ask_exemption", None)),
    PartKind.REFUSAL: (("refuse", None),),
    PartKind.NO_FILING: (("sign", None), ("decline_filing", None)),
    PartKind.WITHDRAWAL: (("withdraw", None),),
}
"""By which acts, from an opened case, each request comes to be asked."""

EFFECTS: Mapping[tuple[PartKind, Default], tuple[str, ...]] = {
    (PartKind.RETURN, Default.GRANT): ("returned",),
    (PartKind.RULING, Default.GRANT): ("tier_raised", "dispatched"),
    (PartKind.RULING, Default.REFUSE): ("returned", "dispatched"),
    (PartKind.EXTENSION, Default.GRANT): ("extended",),
    (PartKind.SUSPENSION, Default.GRANT): ("suspended",),
    (PartKind.REOPENING, Default.GRANT): ("reopened", "dispatched"),
    (PartKind.DISSATISFACTION, Default.GRANT): ("reworked",),
    (PartKind.DISSATISFACTION, Default.REFUSE): ("closed",),
    (PartKind.REFUSAL, Default.REFUSE): ("reopened",),
}
"""What a default does to the case, by hand; the others leave everything as it was."""
OF_TWO_CASES = {PartKind.SEPARATION}
"""Asked by a case that follows: tests/workflow/test_other_matters.py."""
ALL_DEFAULTS = [
    (kind, default) for kind in PartKind if kind in REQUESTS - OF_TWO_CASES for default in Default
]


def stating(kind: PartKind, default: Default) -> tuple[PartRule, ...]:
    def stated(rule: PartRule) -> PartRule:
        if rule.kind is not kind:
            return rule
        return replace(rule, default=default, budget=LIMIT, measure=Measure.CONTINUOUS)

    return tuple(map(stated, PART_RULES))


def pinned_for(kind: PartKind, default: Default) -> CasePlan:
    """A plan under which the request can be asked, and that leaves a closed case open to it."""
    about: Complaint | None = None
    if kind in {PartKind.EXEMPTION, PartKind.WITHDRAWAL}:
        about = complaint(reported_at=OPENED - timedelta(days=60))
    return plan(
        about,
        tier=Tier.SUPERVISE if kind is PartKind.DISSATISFACTION else Tier.ASSIGN,
        holder=None if kind is PartKind.REFUSAL else "squad",
        callback=kind is not PartKind.REFUSAL,  # refused at once, and reviewed
        parts=stating(kind, default),
        reopen_window=timedelta(days=20),
    )


async def ask(case: OpenCase, kind: PartKind) -> str:
    """The request by real acts; the name of the part it became."""
    if kind in {PartKind.EXEMPTION, PartKind.WITHDRAWAL}:
        await case.has_happened("deadline_missed")
    assert kind in WAYS, f"add a row to WAYS: by which acts, from an opened case, is {kind} asked?"
    for act, by in WAYS[kind]:
        if act == "ask_suspension":
            until = await case.town.now() + timedelta(days=5)
            await case.give(AskSuspension(reason="Frost.", measures="A fence.", until=until))
        else:
            await case.give(act, by=by)
    [part] = (await case.state()).open_parts(kind)
    return part.id


def settles_by_default(case: OpenCase, part: str) -> list[str]:
    """What was journaled with the end of the request, rungs and limits aside."""
    for _, rows in groupby(case.events(), key=lambda event: (event.command_id, event.at)):
        happened = [event.fact for event in rows]
        ends = [f for f in happened if isinstance(f, PartMoved) and f.part == part and not f.by]
        if ends:
            after = happened[happened.index(ends[0]) + 1 :]
            return [fact.kind for fact in after if fact.kind != "rung_reached"]
    raise AssertionError(f"{part} did not end")


@pytest.mark.parametrize(("kind", "default"), ALL_DEFAULTS)
async def test_an_unanswered_request_takes_its_stated_default(
    town: Town, kind: PartKind, default: Default
) -> None:
    """Exactly at its deadline. That no clock is undefined meanwhile, `at_work` looks at."""
    case = await town.open(pinned_for(kind, default))
    part = await ask(case, kind)
    state = await case.state()
    clock = state.clock(part)
    assert clock is not None
    deadline = due(clock, CALENDAR)
    assert deadline is not None
    asked_at = facts_at(case, part)
    await town.until(deadline.at - hours(0.5))
    waiting = (await case.state()).open_parts(kind)
    await town.until(deadline.at + hours(0.5))

    granted = default is Default.GRANT and PART_TYPES[kind].granted_by_silence
    [missed] = [f for f in facts(case, "deadline_missed") if f.clock == part]
    [moved] = [f for f in facts(case, "part_moved") if f.part == part]
    assert [part] == [each.id for each in waiting]
    assert asked_at + LIMIT == deadline.at == missed.due_at
    assert (PartState.GRANTED if granted else PartState.REFUSED) == moved.to
    assert moved.by is None
    assert moved.note.startswith("nobody answered in time; by default ")
    assert [*EFFECTS.get((kind, default), ())] == settles_by_default(case, part)


def facts_at(case: OpenCase, part: str) -> datetime:
    return next(event.at for event in case.events() if getattr(event.fact, "part", "") == part)


async def second_return(town: Town) -> OpenCase:
    """By the second unit; the first had it returned as a plain request."""
    case = await town.open(plan())
    await case.give("return")
    await case.give(THEIRS)
    await case.give("return", by=WATER_HANDLER)
    return case


def ruling(*, granted: bool, unit: str | None) -> Answer:
    return Answer(part="ruling-1", granted=granted, reason="So be it.", unit=unit)


async def test_a_second_return_forces_a_ruling_and_nobody_goes_on_before_it(town: Town) -> None:
    case = await second_return(town)
    third = await no(case, "return", by=WATER_HANDLER)
    signing = await no(case, "sign", by=WATER_HANDLER)
    deciding = await no(case, ruling(granted=True, unit="squad"), by=ACTORS[Role.DISPATCHER])

    assert ["return-1", "ruling-1"] == [fact.part for fact in facts(case, "part_opened")]
    assert [Refusal.ALREADY_ASKED] * 2 == [third.details[0], signing.details[0]]
    assert Refusal.WRONG_ROLE == deciding.details[0]


@pytest.mark.parametrize(
    ("answer", "tier", "holder", "refused"),
    [
        (ruling(granted=True, unit="squad"), Tier.ASSIGN, "squad", Refusal.DESIGNATED),
        (ruling(granted=False, unit=None), Tier.ASSIGN, "water", Refusal.DESIGNATED),
        (ruling(granted=True, unit=None), Tier.SUPERVISE, "office", Refusal.RETURN_EXHAUSTED),
        (None, Tier.SUPERVISE, "office", Refusal.RETURN_EXHAUSTED),
    ],
    ids=["for another", "against", "for nobody: the leading group", "unanswered"],
)
async def test_after_a_ruling_there_is_no_third_return(
    town: Town, answer: Answer | None, tier: Tier, holder: str, refused: Refusal
) -> None:
    case = await second_return(town)
    if answer is None:
        await town.until(await town.now() + timedelta(days=7))
    else:
        await case.give(answer, by=SUPERVISOR)
    state = await case.state()
    by = Actor("anybody", Role.HANDLER, holder)
    again = await no(case, "return", by=by)

    assert tier == state.tier
    assert holder == state.holder
    assert Stage.DISPATCHED is state.stage
    assert refused == again.details[0]
    assert "ruling-2" not in [part.id for part in (await case.state()).parts]


DESIGNATING: Mapping[str, Callable[[OpenCase], list[Asked]]] = {
    "dispatched as such": lambda _: [
        ("return", None),
        (replace(THEIRS, unit=None), None),
        (Dispatch(unit="water", designated=True), ACTORS[Role.SUPERVISOR]),
    ],
    "appointed to lead": lambda _: [
        ("raise_tier", None),
        (Appoint(lead="water", instruction="You lead."), None),
    ],
}


@pytest.mark.parametrize("how", DESIGNATING)
async def test_a_designated_unit_cannot_return(town: Town, how: str) -> None:
    case = await town.open(plan())
    for act, by in DESIGNATING[how](case):
        await case.give(act, by=by)
    refused = await no(case, "return", by=WATER_HANDLER)
    await case.give("sign", by=WATER_HANDLER)
    signed = await no(case, "return", by=WATER_HANDLER)

    assert [Refusal.DESIGNATED] * 2 == [refused.details[0], signed.details[0]]
    assert fold(case.events()).designated
