"""One process: started, stopped by a signal, ended with an exit code."""

import asyncio
import gc
import os
import pwd
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import structlog

from runtime.foreign_text import lines
from runtime.problems import Problem

log = structlog.stdlib.get_logger()

STOPPED_BY_ERROR = 1

T = TypeVar("T")


def run_process(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run `main` as the process and end it; SIGTERM and SIGINT set the event that `main` gets.

    A defect that ends it is a line of the log, like all that it writes.
    """

    async def with_signals() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await main(stop)

    def logged() -> int:
        try:
            asyncio.run(with_signals())
        except Problem:
            raise
        except Exception:
            log.exception("process.ended_by_defect", exit_code=STOPPED_BY_ERROR)
            return STOPPED_BY_ERROR
        return 0

    leave(logged)


def leave(work: Callable[[], int | None]) -> None:
    """Do the work and end the process with the code it returns, 0 for None.

    A Problem ends it with the Problem's code after one line, any other exception with a traceback.
    Exits with os._exit: during interpreter shutdown Temporal's threads abort about one run in
    twelve.
    """
    try:
        code = work() or 0
    except Problem as problem:
        if not problem.is_logged:
            print(lines(f"sanban: {problem}"), file=sys.stderr)  # noqa: T201
        code = problem.exit_code
    except Exception:  # noqa: BLE001 - the one place where a defect ends a process
        print(lines(traceback.format_exc()), end="", file=sys.stderr)  # noqa: T201
        code = STOPPED_BY_ERROR
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def run_together(stop: asyncio.Event, *services: Coroutine[Any, Any, None]) -> None:
    """Run all until each has ended; the first one to end asks the others to.

    Raises the first error in the order of `services`.
    """

    async def one(service: Coroutine[Any, Any, None]) -> None:
        try:
            await service
        finally:
            stop.set()

    results = await asyncio.gather(*(one(each) for each in services), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Return the result of `work`; cancel it and return None when asked to stop before."""
    working = asyncio.create_task(work)
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait([working, asked], return_when=asyncio.FIRST_COMPLETED)
    for task in (asked, working):
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
    return None if working.cancelled() else working.result()


def freeze_garbage() -> None:
    """Exclude from garbage collection what a service has when it begins, and keeps until it ends.

    To look through it again and again cost a seventh of the time to plan a case.
    """
    gc.collect()
    gc.freeze()


def account() -> str:
    """Return the account of the operating system that runs this process: `name@machine`.

    The name is that of the user id, because variables like USER can say anything.
    """
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # a container may run as a number that has no name
        name = f"uid-{number}"
    return f"{name}@{socket.gethostname()}"
