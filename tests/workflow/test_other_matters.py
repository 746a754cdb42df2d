"""A citizen says that the merge is wrong, between real workflows: asked, kept, or separated."""

from datetime import timedelta

from domain.case.citizen.acts import Supplement
from domain.case.merging.acts import Merge
from domain.case.requests.acts import Answer
from domain.vocabulary import Stage
from tests.builders import plan
from tests.workflow.cases import OpenCase, Town
from tests.workflow.looks import facts

OTHER = Supplement(text="It is another shop.", other_matter=True)


async def merged(town: Town) -> tuple[OpenCase, OpenCase]:
    main, other = await town.open(plan()), await town.open(plan())
    await other.give(Merge(into=main.plan.case_id, reason="The same stalls."))
    await main.has_happened("joined")
    await other.give(OTHER)
    await main.has_happened("part_opened")
    return main, other


async def test_a_citizens_other_matter_is_separated_by_a_person(real_town: Town) -> None:
    main, other = await merged(real_town)
    await main.give(Answer(part="separation-1", granted=True, reason="So it is."))
    await other.has_happened("unmerged")

    assert Stage.DISPATCHED is (await other.state()).stage
    assert () == (await main.state()).joined


async def test_a_citizens_other_matter_is_kept_for_a_reason(real_town: Town) -> None:
    main, other = await merged(real_town)
    await main.give(Answer(part="separation-1", granted=False, reason="Its back door."))
    await other.has_happened("stays_merged")

    [stays] = facts(other, "stays_merged")
    assert main.plan.case_id == stays.into
    assert "Its back door." == stays.reason
    assert Stage.MERGED is (await other.state()).stage


async def test_a_citizens_other_matter_is_separated_by_silence(town: Town) -> None:
    main, other = await merged(town)
    await town.until(await town.now() + timedelta(days=7))
    await other.has_happened("unmerged")

    assert Stage.MERGED is not (await other.state()).stage
    assert () == (await main.state()).joined
