"""The loop: a chunk is finished only after its handler returned, and nothing is skipped."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
import structlog

from consumers.health import Health
from consumers.loop import Handler, Loop, Patience
from schemas.intake import Record, Unavailable
from tests.fakes.source import ONE, MemorySource
from tests.fakes.waiting import until
from tests.limits import EVENT_S

QUICK = Patience(first=0.001, longest=0.004, slow_after=0.01)


class Scripted:
    """Answers one call after the other: an error to raise, an event to wait for, or None."""

    def __init__(self, *answers: Exception | asyncio.Event | None) -> None:
        self.answers = list(answers)
        self.calls: list[list[int]] = []

    async def __call__(self, records: Sequence[Record]) -> None:
        self.calls.append([record.position.offset for record in records])
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            await answer.wait()


@asynccontextmanager
async def running(
    handler: Handler, patience: Patience = QUICK
) -> AsyncIterator[tuple[MemorySource, Loop]]:
    source = MemorySource()
    loop = Loop(source, handler, Health(), patience)
    task = asyncio.create_task(loop.run())
    try:
        yield source, loop
    finally:
        loop.stop()
        async with asyncio.timeout(EVENT_S):
            await task


async def test_what_the_handler_finished_may_be_committed() -> None:
    async with running(Scripted()) as (source, _):
        await source.bring(4, 5, 9)
        await until(lambda: source.progress.uncommitted() == {ONE: 10})


async def test_nothing_may_be_committed_while_the_handler_is_at_work() -> None:
    release = asyncio.Event()
    handler = Scripted(release)
    async with running(handler) as (source, _):
        await source.bring(0, 1)
        await until(lambda: handler.calls == [[0, 1]])
        assert source.progress.uncommitted() == {}
        assert not await source.bring(2)  # no second chunk of the partition beside the first
        release.set()
        await until(lambda: source.progress.uncommitted() == {ONE: 2})


async def test_the_same_chunk_is_tried_until_what_was_away_is_back() -> None:
    away = [Unavailable("temporal", "connection refused")] * 6
    handler = Scripted(*away)
    async with running(handler) as (source, loop):
        await source.bring(0, 1)
        await until(lambda: len(handler.calls) > 2)
        ready, reason = loop.health.ready()
        assert not ready
        assert reason.startswith("temporal is unavailable: connection refused (for ")
        await until(lambda: source.progress.uncommitted() == {ONE: 2})

    assert handler.calls == [[0, 1]] * 7
    assert loop.health.ready() == (True, "")


async def test_one_partition_waiting_does_not_hold_up_another() -> None:
    async def handler(records: Sequence[Record]) -> None:
        if records[0].position.offset == 0:
            raise Unavailable("temporal")

    other = ("sanban.complaints", 1)
    async with running(handler) as (source, _):
        source.progress.assigned([other])
        await source.bring(0)
        await source.bring(7, partition=other)
        await until(lambda: source.progress.uncommitted() == {other: 8})


async def test_a_defect_stops_the_loop_and_commits_nothing_of_its_chunk() -> None:
    source, health = MemorySource(), Health()
    loop = Loop(source, Scripted(None, ZeroDivisionError()), health, QUICK)

    async def feed() -> None:
        await source.bring(0)
        await until(lambda: source.progress.uncommitted() == {ONE: 1})
        await source.bring(1)

    async with asyncio.timeout(EVENT_S):
        with pytest.raises(ZeroDivisionError):
            await asyncio.gather(loop.run(), feed())

    assert source.progress.uncommitted() == {ONE: 1}
    assert not await source.bring(2)


async def test_a_chunk_of_a_partition_that_left_is_not_tried_again() -> None:
    handler = Scripted(*[Unavailable("temporal")] * 1000)
    async with running(handler) as (source, loop):
        await source.bring(0)
        await until(lambda: len(handler.calls) > 1)
        source.progress.revoked([ONE])
        await until(lambda: loop.health.ready()[0])
        tried = len(handler.calls)
        await asyncio.sleep(0.02)

    assert len(handler.calls) == tried


async def test_finishing_late_counts_for_nothing_after_the_partition_left_and_came_back() -> None:
    release = asyncio.Event()
    handler = Scripted(release)
    async with running(handler) as (source, _):
        await source.bring(0, 1, 2)
        await until(lambda: handler.calls == [[0, 1, 2]])
        source.progress.revoked([ONE])
        source.progress.assigned([ONE])
        release.set()
        await source.bring(0)
        await until(lambda: source.progress.uncommitted() == {ONE: 1})


async def test_stopping_waits_for_the_handler() -> None:
    release = asyncio.Event()
    handler = Scripted(release)
    async with running(handler) as (source, loop):
        await source.bring(0)
        await until(lambda: handler.calls == [[0]])
        loop.stop()
        await asyncio.sleep(0.01)
        release.set()

    assert source.progress.uncommitted() == {ONE: 1}


async def test_stopping_does_not_wait_for_what_is_away() -> None:
    handler = Scripted(*[Unavailable("temporal")] * 1000)
    async with running(handler, Patience(first=60)) as (source, _):
        await source.bring(0)
        await until(lambda: handler.calls == [[0]])

    assert source.progress.uncommitted() == {}


async def test_a_handler_that_does_not_return_is_told() -> None:
    release = asyncio.Event()
    async with running(Scripted(release)) as (source, loop):
        await source.bring(7)
        await until(lambda: not loop.health.ready()[0])
        assert "sanban.complaints/0 from offset 7" in loop.health.ready()[1]
        release.set()
        await until(lambda: loop.health.ready()[0])


async def test_waiting_grows_up_to_the_cap() -> None:
    times: list[float] = []

    async def handler(records: Sequence[Record]) -> None:
        times.append(asyncio.get_running_loop().time())
        if len(times) < 6:
            raise Unavailable("temporal")

    with structlog.testing.capture_logs() as logs:
        async with running(handler, Patience(first=0.01, longest=0.04)) as (source, _):
            await source.bring(0)
            await until(lambda: len(times) == 6)

    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert gaps[0] >= 0.01
    assert gaps[1] >= 0.02
    assert all(gap >= 0.04 for gap in gaps[2:])
    said = [line["seconds"] for line in logs if line["event"] == "intake.waiting"]
    assert said == [0.01, 0.02, 0.04, 0.04, 0.04]
