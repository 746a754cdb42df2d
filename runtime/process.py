"""One long-running process: started, watched, stopped by a signal, ended with an exit code."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from runtime.problems import Problem

STOPPED_BY_ERROR = 1


def run(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run until `main` returns; SIGTERM and SIGINT set the event that asks it to."""

    async def with_signals() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await main(stop)

    leave(lambda: asyncio.run(with_signals()))


def leave(work: Callable[[], object]) -> None:
    """Do the work and end the process: 0, or a Problem's exit code after its one line.

    Ends without Python's farewell, in which Temporal's threads abort one run in twelve.
    """
    try:
        work()
        code = 0
    except Problem as problem:
        print(f"sanban: {problem}", file=sys.stderr)  # noqa: T201
        code = problem.exit_code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def until(stop: asyncio.Event, *work: Coroutine[Any, Any, None]) -> None:
    """Until asked to stop, or until one of the tasks ends; its failure is raised here."""
    tasks = [asyncio.create_task(each) for each in work]
    asked = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([asked, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {asked}:
            task.result()
    finally:
        asked.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
