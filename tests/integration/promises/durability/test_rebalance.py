from tests.integration.promises.events import settled
from tests.integration.promises.town import Town

A_THIRD = 100


async def test_two_intakes_one_of_them_stuck_make_one_case_of_each_event(town: Town) -> None:
    """Promise 4: one of two stops answering with records in hand, loses its partitions to the
    other, and wakes up later: one case an event, nothing lost, every offset committed.
    """
    events = [settled(town.source, f"E-{number:03}") for number in range(3 * A_THIRD)]
    stuck = town.another_intake()
    async with stuck:
        await town.start()
        await town.publish_all(events[:A_THIRD])
        await town.until_cases(5)
        stuck.freeze()
        await town.publish_all(events[A_THIRD : 2 * A_THIRD])
        await town.until_decided(2 * A_THIRD)
        stuck.thaw()
        await town.publish_all(events[2 * A_THIRD :])
        outcomes = await town.until_decided(3 * A_THIRD)
        await town.until_cases(3 * A_THIRD)
        await town.until(town.lag, lambda lag: lag == 0)
        await town.until(stuck.ready, lambda ready: ready)

        assert outcomes == {"accepted": 3 * A_THIRD}
        assert await town.cases() == {each.case_id for each in events}
        assert await town.until(town.workflows, lambda runs: runs >= 3 * A_THIRD) == 3 * A_THIRD
        assert await town.faults() == []
        assert await stuck.terminate() == 0
