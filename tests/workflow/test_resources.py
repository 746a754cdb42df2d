"""Resources of a running case: looked up, confirmed after the row, and free for the next case."""

from datetime import datetime, timedelta

import pytest

from domain.case.refusals import Refusal
from domain.case.reservations import OtherReservation
from domain.case.resources.acts import Release, Reserve
from domain.case.resources.facts import FreedBecause
from tests.builders import plan
from tests.workflow.cases import OpenCase, Town
from tests.workflow.fakes import TownDesk
from tests.workflow.looks import facts
from tests.workflow.test_commands import no

LOOK_UP = TownDesk.reserved


async def signed(town: Town) -> tuple[OpenCase, datetime]:
    case = await town.open(plan())
    await case.give("sign")
    return case, (await case.state()).opened_at + timedelta(hours=2)


async def test_a_car_that_another_case_has_is_refused_until_that_case_gives_it_back(
    town: Town,
) -> None:
    (one, soon), (two, _) = await signed(town), await signed(town)
    act = Reserve(resources=("car-1",), until=soon)
    unknown = await no(one, Reserve(resources=("car-11",), until=soon))
    assert Refusal.UNKNOWN_RESOURCE == unknown.details[0]
    assert "did you mean 'car-1'?" in unknown.message

    await one.give(act)
    await one.has_happened("reservation_confirmed")
    taken = await no(two, act)
    assert Refusal.RESOURCE_TAKEN == taken.details[0]
    assert "reserved by li" in taken.message

    await one.give(Release(resources=("car-1",), reason="It is done."))
    await two.give(act)
    await two.has_happened("reservation_confirmed")


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up for two cars sees no other case, as one that comes a moment too early."""

    async def reserved(
        self: TownDesk, tenant: str, resources: tuple[str, ...], start: datetime, until: datetime
    ) -> tuple[OtherReservation, ...]:
        early = len(resources) > 1
        return () if early else await LOOK_UP(self, tenant, resources, start, until)

    monkeypatch.setattr(TownDesk, "reserved", reserved)


async def test_of_two_cases_that_reserve_the_same_at_once_the_later_is_told_by_a_row(
    blind: None, town: Town
) -> None:
    (one, soon), (two, _) = await signed(town), await signed(town)
    act = Reserve(resources=("car-1", "car-2"), until=soon)
    await one.give(act)
    while one.kinds().count("reservation_confirmed") < len(act.resources):
        await one.state()
    await two.give(act)
    while two.kinds().count("resource_freed") < len(act.resources):
        await two.state()

    assert two.kinds().count("reserved") == len(act.resources)
    freed = facts(two, "resource_freed")
    assert [FreedBecause.CONFLICT] * 2 == [fact.because for fact in freed]
    assert [one.plan.case_id] * 2 == [fact.case for fact in freed]
    assert "reserved first by li" in freed[0].reason
    assert "resource_freed" not in one.kinds()
