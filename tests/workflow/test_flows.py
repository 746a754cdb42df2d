"""A case that leads to another one: the engine starts it, and it lives on alone."""

from dataclasses import replace

from domain.case.closing.acts import Close
from domain.planning.plans import CasePlan
from domain.policy.flows import FollowOn
from domain.policy.model import Category
from domain.vocabulary import Callback, Stage, Tier
from tests.builders import complaint, plan
from tests.town import hours
from tests.workflow.cases import Town
from tests.workflow.policies import policy

DEMOLITION = Category("demolition", "拆除", "Demolition", "water", tier=Tier.ASSIGN)
WHOLE = ("sign", "resolve", "verify")


def led(town: Town) -> CasePlan:
    """Return the plan of a case that leads to a demolition, in a town that knows of it."""
    today = policy()
    town.desk.policies = {today.hash: replace(today, categories=(*today.categories, DEMOLITION))}
    return replace(plan(complaint()), follow_on=FollowOn("demolition"))


async def test_a_verified_result_starts_the_case_that_follows(town: Town) -> None:
    stop = await town.open(led(town))
    for kind in WHOLE:
        await stop.give(kind)
    demolition = await town.led_to(stop)
    first = await demolition.state()

    assert first.plan.category == "demolition"
    assert first.holder == "water"
    assert first.plan.origin == stop.plan.case_id
    assert ["received", "linked", "triaged", "dispatched"] == demolition.kinds()
    assert [each for each, _ in first.links] == [stop.plan.case_id]


async def test_the_case_that_follows_outlives_the_one_that_led_to_it(town: Town) -> None:
    stop = await town.open(led(town))
    for kind in WHOLE:
        await stop.give(kind)
    demolition = await town.led_to(stop)
    await stop.give(Close(callback=Callback.SATISFIED, note="It has stopped."))
    end = await stop.handle.result()

    assert end.stage is Stage.ARCHIVED
    assert await demolition.is_running()


async def test_what_was_lost_between_the_row_and_the_other_case_is_started_from_the_journal(
    town: Town,
) -> None:
    """All that is left of the case that follows is the row of the one that led to it."""
    opened_at = await town.now() - hours(1)
    stop = await town.begin_again(led(town), opened_at, then=WHOLE)
    demolition = await town.led_to(stop)

    assert (await demolition.state()).plan.origin == stop.plan.case_id


async def test_a_case_that_was_started_before_is_not_started_twice(town: Town) -> None:
    opened_at = await town.now() - hours(1)
    stop = await town.begin_again(led(town), opened_at, then=WHOLE)
    demolition = await town.led_to(stop)
    rows = demolition.rows
    await stop.handle.terminate("lost")
    await town.go_on(stop)
    await stop.give("comment")

    assert demolition.rows == rows
    assert stop.kinds().count("follow_on_opened") == 1
