"""The cases of one flow are erased together: they have the words of one person."""

from dataclasses import replace

from domain.case.summaries import summarize
from domain.planning.follow_ons import follow_on_id
from domain.policy.flows import FollowOn
from schemas.journal import batch_of
from store.connection import Database
from store.journal.rows import PostgresJournal
from store.privacy.erasure import PostgresErasure
from tests.builders import complaint, plan
from tests.town import OPENED
from tests.unit.rows.story import Story


async def test_a_case_and_what_it_led_to_are_of_one_person(
    database: Database, journal: PostgresJournal
) -> None:
    """The words of both are sealed with the key of the first one."""
    about = replace(complaint(), event_id="flow-1")
    stop = Story(replace(plan(about), follow_on=FollowOn("demolition")))
    for kind in ("sign", "resolve", "verify"):
        stop.do(kind, OPENED)
    led_to = follow_on_id(about, "demolition")
    next_plan = replace(
        plan(replace(about, event_id="flow-1\ndemolition")), origin=stop.case.case_id
    )
    demolition = Story(next_plan)
    for story in (stop, demolition):
        await journal.append(batch_of(story.case, tuple(story.events), summarize(story.case)))
    erasure = PostgresErasure(database)

    assert demolition.case.case_id == led_to
    assert await erasure.of_one_flow([stop.case.case_id]) == [stop.case.case_id, led_to]
    assert await erasure.of_one_flow([led_to]) == [led_to, stop.case.case_id]
    assert await erasure.of_one_flow(["no-such-case"]) == ["no-such-case"]
