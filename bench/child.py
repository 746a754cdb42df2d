"""One program in a process of its own, so that its CPU time can be told from everybody else's.

python -m bench.child   (the bench starts it: a Spec as JSON on stdin, then a line to go)
"""

import asyncio
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from importlib import import_module

from bench.spec import Program, Report, Spec, Staged
from bench.town import complaints
from runtime import logs
from runtime.wiring.process import freeze_garbage

READY = "ready"
MODULES = {
    "floor": "floor",
    "shape": "shape",
    "lives": "sanban",
    "worker": "sanban",
    "people": "sanban",
    "activities": "activities",
    "dbos": "on_dbos",
    "dbos_unanswered": "on_dbos",
    "raw_starts": "starts",
    "intake": "starts",
    "intake_kafka": "starts",
}
STAGED = {
    "acts": "acts",
    "idle": "resting",
    "deadlines": "deadlines",
    "backlog": "backlog",
    "relay": "relay",
}


async def run(spec: Spec) -> None:
    async with _program(spec) as program:
        warm_up = complaints(f"{spec.run}-warm", spec.warm_up)
        if warm_up:
            await program.prepare(warm_up)
            await program.work(warm_up)
        given = complaints(spec.run, spec.count)
        await program.prepare(given)
        _tell(READY)
        await asyncio.to_thread(sys.stdin.readline)
        begun = time.perf_counter()
        latencies = await program.work(given)
        seconds = time.perf_counter() - begun
        _tell(READY)  # before the check, which is not part of the work
        await asyncio.to_thread(sys.stdin.readline)
        history = await program.check(given)
        _tell(json.dumps(asdict(Report(seconds, latencies, history))))
        await asyncio.to_thread(sys.stdin.readline)


async def run_stages(spec: Spec) -> None:
    """The bench names a stage a line, and hears what came of it; no more lines, no more stages."""
    async with _staged(spec) as program:
        freeze_garbage()
        _tell(READY)
        while name := (await asyncio.to_thread(sys.stdin.readline)).strip():
            _tell(json.dumps(await program.stage(name)))


def _program(spec: Spec) -> AbstractAsyncContextManager[Program]:
    module = import_module(f"bench.programs.{MODULES[spec.program]}")
    make: Callable[[Spec], AbstractAsyncContextManager[Program]] = getattr(module, spec.program)
    return make(spec)


def _staged(spec: Spec) -> AbstractAsyncContextManager[Staged]:
    module = import_module(f"bench.programs.{STAGED[spec.program]}")
    make: Callable[[Spec], AbstractAsyncContextManager[Staged]] = getattr(module, spec.program)
    return make(spec)


def _tell(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    logs.configure("bench")
    try:
        spec = Spec(**json.loads(sys.stdin.readline()))
        asyncio.run(run_stages(spec) if spec.program in STAGED else run(spec))
    except BaseException:  # noqa: BLE001 - told to the bench by the exit code
        traceback.print_exc()
        os._exit(1)
    # Without Python's farewell, in which Temporal's threads abort one run in twelve.
    os._exit(0)


if __name__ == "__main__":
    main()
