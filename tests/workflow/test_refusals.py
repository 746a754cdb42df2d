"""Promise 22: what the table does not allow is refused and journaled; every kind, as an Update.

The whole table, every role and stage, is held by hand in tests/unit/test_permissions.py.
"""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from domain.case.commands import Actor
from domain.case.events import CommandRefused
from domain.case.permissions import PERMISSIONS
from domain.case.refusals import Refusal
from domain.vocabulary import CREW, Role, Stage, Tier
from tests.builders import ACTORS, ORDER, USUAL, complaint, plan
from tests.workflow.cases import OpenCase, Town
from tests.workflow.test_commands import no

OF_THE_ENGINE = frozenset(
    {
        "open",
        "confirm_reservation",
        "yield_reservation",
        "stay_merged",
        "ring",
        "join",
        "leave",
        "follow",
        "pass_on",
        "tell_meeting",
        "keep_notice",
    }
)
KINDS = sorted(kind for kind in USUAL if kind not in OF_THE_ENGINE)
TO_CLOSED = ("sign", "resolve", "verify", "close")
WAYS: Mapping[Stage, tuple[str, ...]] = {
    Stage.RECEIVED: (),
    Stage.DISPATCHED: (),
    Stage.IN_PROGRESS: ("sign", "progress"),
    Stage.VERIFIED: TO_CLOSED[:3],
    Stage.REPORTED: TO_CLOSED,
    Stage.CLOSED: TO_CLOSED,
}


async def case_in(town: Town, stage: Stage) -> OpenCase:
    superior = ORDER if stage is Stage.REPORTED else None
    unsorted = stage is Stage.RECEIVED
    about = complaint(category=None if unsorted else "street-stalls", superior=superior)
    pinned = plan(about, holder=None if unsorted else "squad", reopen_window=timedelta(days=20))
    case = await town.open(pinned)
    for kind in WAYS[stage]:
        await case.give(kind)
    assert stage is (await case.state()).stage
    return case


def outsiders(stage: Stage) -> list[tuple[str, Actor, Refusal]]:
    """For every kind of command somebody who may not give it now, and why not."""
    found = []
    for kind in KINDS:
        allowed = PERMISSIONS[kind]
        strangers = [role for role in Role if role not in allowed.roles and role is not Role.ENGINE]
        if stage not in allowed.stages:
            found.append((kind, ACTORS[USUAL[kind][1]], Refusal.WRONG_STAGE))
        elif strangers:
            found.append((kind, ACTORS[strangers[len(kind) % len(strangers)]], Refusal.WRONG_ROLE))
        elif kind == "comment":
            found.append((kind, ACTORS[Role.ENGINE], Refusal.WRONG_ROLE))
    return [(kind, by, _unread(by, stage) or why) for kind, by, why in found]


def _unread(by: Actor, stage: Stage) -> Refusal | None:
    """Return what a unit is told of a case that no unit has: nothing but that."""
    return Refusal.NOT_READABLE if stage is Stage.RECEIVED and by.role in CREW else None


@pytest.mark.parametrize("stage", WAYS)
async def test_what_is_outside_the_table_is_refused_and_journaled_for_every_kind_of_command(
    town: Town, stage: Stage
) -> None:
    case = await case_in(town, stage)
    known = len(case.rows)
    told = [
        ((await no(case, kind, by=by)).details[0], kind, by) for kind, by, _ in outsiders(stage)
    ]
    refused = [event for event in case.events(known) if event.command != "ring"]
    state = await case.state()

    assert {*KINDS} == {kind for _, kind, _ in told}
    assert [code for _, _, code in outsiders(stage)] == [code for code, _, _ in told]
    assert [(kind, by) for _, kind, by in told] == [(each.command, each.actor) for each in refused]
    assert [code for code, _, _ in told] == [
        each.fact.refusal for each in refused if isinstance(each.fact, CommandRefused)
    ]
    assert stage is state.stage


async def test_a_command_of_another_tier_or_unit_is_refused_and_journaled(town: Town) -> None:
    case = await town.open(plan(tier=Tier.DIRECT))
    await case.give("sign")
    stranger = Actor("chen", Role.HANDLER, "water")
    tier = [(await no(case, kind)).details[0] for kind in ("give_task", "issue_letter", "commit")]
    unit = [(await no(case, kind, by=stranger)).details[0] for kind in ("progress", "ask_tier")]

    assert [Refusal.WRONG_TIER] * 3 == tier
    assert [Refusal.NOT_READABLE] * 2 == unit
    assert ["command_refused"] * 5 == case.kinds(after=4)
