"""One long-running process: started, watched, stopped by a signal, ended with an exit code."""

import asyncio
import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from runtime.problems import Problem

STOPPED_BY_ERROR = 1

T = TypeVar("T")


def run(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run until `main` returns; SIGTERM and SIGINT set the event that asks it to."""

    async def with_signals() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await main(stop)

    leave(lambda: asyncio.run(with_signals()))


def leave(work: Callable[[], int | None]) -> None:
    """Do the work and end the process: its code or 0, or a Problem's after its one line.

    Ends without Python's farewell, in which Temporal's threads abort one run in twelve.
    """
    try:
        code = work() or 0
    except Problem as problem:
        print(f"sanban: {problem}", file=sys.stderr)  # noqa: T201
        code = problem.exit_code
    except Exception:  # noqa: BLE001 - the one place where a defect ends a process
        traceback.print_exc()
        code = STOPPED_BY_ERROR
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def together(stop: asyncio.Event, *services: Coroutine[Any, Any, None]) -> None:
    """Run all until each has ended. The first that ends asks the others to; its error is raised."""

    async def one(service: Coroutine[Any, Any, None]) -> None:
        try:
            await service
        finally:
            stop.set()

    results = await asyncio.gather(*(one(each) for each in services), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What the work comes to; None when asked to stop before: it is cancelled then."""
    working = asyncio.create_task(work)
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait([working, asked], return_when=asyncio.FIRST_COMPLETED)
    for task in (asked, working):
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
    return None if working.cancelled() else working.result()


def set_apart() -> None:
    """What a service has when it begins stays for as long as it runs: the collector of garbage need
    not look through it again and again (a seventh of planning a case).
    """
    gc.collect()
    gc.freeze()
