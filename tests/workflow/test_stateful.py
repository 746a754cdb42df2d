"""Random lives of two running cases, told again by the pure rules, row for row."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from typing_extensions import override

from domain.case.agenda import next_item
from domain.case.commands import Actor, HumanAct
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.merging.acts import Link, Merge, Unlink
from domain.case.state import Case
from domain.planning.plans import CasePlan
from schemas.commands import REFUSED
from tests.unit.lives import MOSTLY_ONWARD, PAST, PLANS, WAITS, Step, act_of
from tests.workflow.again import rederived, undefined
from tests.workflow.cases import OpenCase, Town
from tests.workflow.policies import policy

POLICIES = {name: policy(name, holder=60) for name in ("sha256:town", "sha256:next")}
A_WHILE = timedelta(days=40)
APART = timedelta(seconds=5)
KINDS = st.integers(0, 9).flatmap(lambda roll: MOSTLY_ONWARD if roll else st.just("merge"))
STEP = st.tuples(
    st.sampled_from([False, False, True]), st.builds(Step, WAITS, KINDS, st.integers(1, 400))
)


class Script:
    """Two plans, and what happens to which of them; no dataclass, so that a failure stays short."""

    def __init__(self, plans: tuple[CasePlan, CasePlan], steps: list[tuple[bool, Step]]) -> None:
        self.plans = plans
        self.steps = steps

    @override
    def __repr__(self) -> str:
        tiers = " and ".join(f"{plan.tier} ({plan.holder})" for plan in self.plans)
        return "\n".join([tiers, *(f"{'other' if o else 'one'}: {step}" for o, step in self.steps)])


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    return Script((draw(PLANS), draw(PLANS)), draw(st.lists(STEP, min_size=8, max_size=20)))


async def begun(town: Town, script: Script) -> tuple[OpenCase, OpenCase]:
    """Open its two cases in a tenant of their own, so that a failure happens once more: what cases
    of other scripts have reserved or shown is not there.
    """
    town.desk.policies = POLICIES
    tenant = f"town-{uuid.uuid4().hex[:12]}"
    one, other = (
        replace(pinned, complaint=replace(pinned.complaint, tenant=tenant))
        for pinned in script.plans
    )
    return await town.open(one), await town.open(other)


class Play:
    """A script on the stage: real workflows, whose time is skipped."""

    def __init__(self, town: Town, one: OpenCase, other: OpenCase) -> None:
        self.town = town
        self.cases = one, other
        self.story: list[str] = []
        self.last: tuple[OpenCase, HumanAct, Actor, str] | None = None

    async def step(self, *, other: bool, step: Step, number: int) -> None:
        case, companion = self.cases[::-1] if other else self.cases
        now = await self.town.now()
        moment = self._moment(fold(case.events()), step, now)
        # First so near that no clock starts on the way that would ring at the moment itself.
        await self.town.until(max(now, moment - 2 * APART))
        await self.town.until(self._apart(moment))
        now, state = await self.town.now(), fold(case.events())
        if state.stage.is_final:
            return
        if step.kind == "again":
            if self.last:
                self.tell(now, *self.last[:2], await self._give(*self.last))
            return
        act, actor = act_of(state, step, now)
        if isinstance(act, Merge):
            act = replace(act, into=companion.plan.case_id)
        elif isinstance(act, Link | Unlink):
            act = replace(act, to=companion.plan.case_id)
        if not isinstance(act, get_args(HumanAct)):
            return  # the engine's own: it does that by itself
        self.last = case, act, actor, f"{act.kind}-{number}"
        self.tell(now, case, act, await self._give(*self.last))

    def tell(self, now: datetime, case: OpenCase, act: HumanAct, said: str) -> None:
        self.story.append(f"{now:%m-%d %H:%M:%S} {case.plan.case_id} {act}: {said}"[:200])

    @staticmethod
    def _moment(state: Case, step: Step, now: datetime) -> datetime:
        if isinstance(step.wait, int):
            return now + timedelta(minutes=step.wait)
        item = None if state.stage.is_final else next_item(state)
        moment = item.at + (APART if step.wait == PAST else -APART) if item else now
        return max(now, min(moment, now + A_WHILE))

    def _apart(self, moment: datetime) -> datetime:
        """Return the moment, or a later one at which neither case has a clock that rings.

        This server rejects a task that cancels a timer which fires while the task runs, and then
        never skips again; the real one does not. The very instant is test_open_parts' subject.
        """
        states = [fold(case.events()) for case in self.cases]
        items = [next_item(state) for state in states if not state.stage.is_final]
        for at in sorted(item.at for item in items if item):
            moment = at + APART if abs(at - moment) < APART else moment
        return moment

    async def _give(self, case: OpenCase, act: HumanAct, actor: Actor, id_: str) -> str:
        """What became of it. A refusal is as good as any; whatever else goes wrong is not."""
        try:
            answer = await case.give(act, by=actor, id_=id_, update_id=uuid.uuid4().hex)
        except WorkflowUpdateFailedError as failed:
            if isinstance(failed.cause, ApplicationError) and failed.cause.type == REFUSED:
                return str(failed.cause.details[0])
            raise
        except RPCError as gone:
            if gone.status is RPCStatusCode.NOT_FOUND:
                return "gone"  # it came to its end by itself a moment before
            raise
        return answer.stage


@pytest.fixture
def the_town(town: Town) -> Callable[[], Town]:
    """Called for, because hypothesis prints what a failing test was given, row by row."""
    return lambda: town


@settings(
    max_examples=15,
    deadline=None,
    # Made smaller, a failure would outlast the time a test has, and its story would be lost.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(script=scripts())
async def test_whatever_happens_to_two_running_cases_is_what_the_pure_rules_give(
    the_town: Callable[[], Town], script: Script
) -> None:
    """The journal row for row, the read model, and a clock for every open part at every moment."""
    town = the_town()
    cases = await begun(town, script)
    play = Play(town, *cases)
    for number, (other, step) in enumerate(script.steps):
        await play.step(other=other, step=step, number=number)
    note("\n".join(play.story))
    note("\n\n".join("\n".join(map(told, case.events())) for case in cases))

    for case in cases:
        assert case.rows == await rederived(case)
        assert case.shown() == case.read_model()
        assert [] == undefined(case.events())


def told(event: Event) -> str:
    return f"{event.seq} {event.at:%m-%d %H:%M:%S} {event.command_id}: {event.fact}"[:160]
