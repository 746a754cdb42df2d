"""A camera's notice runs in a real workflow: by its own timer, to whoever looks or to nobody."""

from dataclasses import replace
from datetime import timedelta

from domain.case.parts.facts import PartState
from domain.case.registration.acts import Recheck
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import ACCEPT
from domain.vocabulary import Stage
from tests.acts import PHOTO
from tests.builders import plan
from tests.town import hours
from tests.workflow.cases import Town
from tests.workflow.looks import facts

NOTICE = timedelta(minutes=30)


def seen() -> CasePlan:
    return replace(plan(holder=None), recheck=NOTICE)


async def test_nobody_who_looks_again_leaves_it_to_a_person(town: Town) -> None:
    case = await town.open(seen())
    await town.until(await town.now() + NOTICE + hours(1))
    accept = (await case.state()).clock(ACCEPT)

    assert [PartState.INSPECTION, PartState.LAPSED] == [
        move.to for move in facts(case, "part_moved")
    ]
    assert Stage.RECEIVED is (await case.state()).stage
    assert accept is not None
    assert not accept.is_paused


async def test_a_camera_that_still_sees_it_after_the_notice_hands_it_to_a_person(
    town: Town,
) -> None:
    case = await town.open(seen())
    await town.until(await town.now() + NOTICE + timedelta(minutes=5))
    await case.give(Recheck(part="recheck-1", clear=False, note="There.", evidence=(PHOTO,)))
    state = await case.state()

    assert Stage.RECEIVED == state.stage
    assert PartState.FAILED == state.parts[0].state


async def test_a_camera_that_sees_nothing_any_more_ends_it(town: Town) -> None:
    case = await town.open(seen())
    await case.give("recheck")
    end = await case.handle.result()

    assert Stage.ARCHIVED is end.stage
    assert ["received", "part_opened"] == case.kinds()[:2]
    assert ["part_moved", "closed", "archived"] == [
        kind for kind in case.kinds()[2:] if kind != "rung_reached"
    ]
