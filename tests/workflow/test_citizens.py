"""What citizens say later, between real workflows: heard where somebody works, and once."""

from datetime import timedelta

from domain.case.citizen.acts import Rate, Supplement
from domain.case.joint_work.acts import Report
from domain.case.merging.acts import Merge, Unmerge
from domain.case.requests.acts import Answer
from domain.vocabulary import Callback, Role, Stage
from tests.builders import ACTORS, plan
from tests.workflow.cases import Town
from tests.workflow.looks import facts

REMINDER = Supplement(text="Where does it stay?", reminder=True)


async def test_a_reminder_to_a_merged_case_urges_whoever_holds_the_other_once(
    real_town: Town,
) -> None:
    main, other = await real_town.open(plan()), await real_town.open(plan())
    await other.give(Merge(into=main.plan.case_id, reason="The same stalls."))
    await main.has_happened("joined")
    first, again = [await other.give(REMINDER, id_="from-the-hotline") for _ in range(2)]
    await main.has_happened("part_opened")
    await main.give(Report(part="urge-1", text="On Thursday."))
    await other.give(Unmerge(reason="Another street."))
    await main.has_happened("left")

    assert Stage.MERGED == first.stage
    assert first == again
    [own], [passed] = facts(other, "supplemented"), facts(main, "supplemented")
    assert own.of is None
    assert other.plan.case_id == passed.of
    assert REMINDER.text == passed.text
    assert ["supplemented", "part_opened"] == [
        event.fact.kind for event in main.events() if event.command == "pass_on"
    ]


async def test_a_rating_at_the_call_closes_the_case_and_one_after_it_asks_to_reopen_it(
    real_town: Town,
) -> None:
    case = await real_town.open(plan(reopen_window=timedelta(days=7)))
    for kind in ("sign", "resolve", "verify"):
        await case.give(kind)
    said = await case.give(Rate(callback=Callback.BASICALLY_SATISFIED, solved=True))
    later = await case.give(Rate(callback=Callback.UNSATISFIED, note="They are back."))
    granted = Answer(part="reopening-1", granted=True, reason="So they are.")
    again = await case.give(granted, by=ACTORS[Role.SUPERVISOR])

    assert Stage.CLOSED == said.stage
    assert Stage.CLOSED == later.stage
    assert Stage.DISPATCHED == again.stage
    # The engine may ring in between: the test does not choose the hour.
    done = [event.fact.kind for event in case.events(after=6) if event.command != "ring"]
    assert ["closed", "rated", "part_opened", "part_moved", "reopened", "dispatched"] == done
