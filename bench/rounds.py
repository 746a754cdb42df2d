"""Runs the programs in turn, each in processes of its own, and measures everybody's CPU time."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bench.cpu import between, cpu_of
from bench.servers import Servers
from bench.spec import Spec

ROOT = Path(__file__).parents[1]
LINE_LIMIT = 1 << 24
SETTLING_S = 1.0
"""How long the servers may still tidy up after a program; the time counts as the program's."""


@dataclass(frozen=True)
class Plan:
    """A program of the bench. `helper` is a program that runs beside it in its own process."""

    name: str
    count: int
    warm_up: int
    concurrency: int
    program: str = ""
    helper: str = ""
    kafka: bool = False


@dataclass(frozen=True)
class Round:
    """What one round of one program took. `cpu_ms`: per piece of work, by family of processes."""

    program: str
    number: int
    counted: bool
    count: int
    seconds: float
    per_second: float
    cpu_ms: Mapping[str, float]
    act_p50_ms: float | None
    act_p95_ms: float | None
    history: int
    load_before: float


class ProgramFailed(RuntimeError):
    """Its process ended early; the log says why."""


class Child:
    """A process that runs one program, spoken to line by line."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        return self._process.pid

    async def say(self, line: str) -> None:
        if self._process.stdin is None:
            raise AssertionError("started without a pipe")
        self._process.stdin.write(line.encode() + b"\n")
        await self._process.stdin.drain()

    async def hear(self) -> str:
        if self._process.stdout is None:
            raise AssertionError("started without a pipe")
        line = await self._process.stdout.readline()
        if not line:
            await self._process.wait()
            last = "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])
            raise ProgramFailed(f"{self._log.stem}: exit {self._process.returncode}\n{last}")
        return line.decode()

    async def end(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(20):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def child(spec: Spec, log: Path) -> AsyncIterator[Child]:
    with log.open("ab") as told:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.child"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=told,
            cwd=ROOT,
            limit=LINE_LIMIT,
        )
    started = Child(process, log)
    try:
        await started.say(json.dumps(asdict(spec)))
        await started.hear()
        yield started
    finally:
        await started.end()


async def run_round(servers: Servers, plan: Plan, number: int, *, counted: bool) -> Round:
    """Start the program, let it warm up, and measure from the word go until its work is done."""
    spec = Spec(
        program=plan.program or plan.name,
        run=f"{plan.name}-{number}",
        count=plan.count,
        warm_up=plan.warm_up,
        concurrency=plan.concurrency,
        temporal=servers.temporal.address,
        journal=servers.journal,
        owner=servers.owner,
        kafka=servers.kafka.bootstrap,
    )
    log = servers.postgres.directory.parent / f"{plan.name}.log"
    async with AsyncExitStack() as stack:
        if plan.kafka:
            await stack.enter_async_context(servers.kafka)
        families = dict(servers.families)
        if plan.helper:
            helping = replace(spec, program=plan.helper, warm_up=0, count=0)
            helper = await stack.enter_async_context(child(helping, log))
            families[plan.helper] = helper.pid
        main = await stack.enter_async_context(child(spec, log))
        families["application"] = main.pid
        return await _measured(plan, number, main, families, counted=counted)


async def _measured(
    plan: Plan, number: int, main: Child, families: Mapping[str, int], *, counted: bool
) -> Round:
    load = os.getloadavg()[0]
    before = cpu_of(families)
    await main.say("go")
    await main.hear()
    # Ours is idle from here on, the servers may have something left to do.
    await asyncio.sleep(SETTLING_S)
    spent = between(before, cpu_of(families))
    await main.say("check")
    told: dict[str, Any] = json.loads(await main.hear())
    latencies = sorted(told["latencies"])
    return Round(
        program=plan.name,
        number=number,
        counted=counted,
        count=plan.count,
        seconds=told["seconds"],
        per_second=plan.count / told["seconds"],
        cpu_ms={name: 1000 * seconds / plan.count for name, seconds in spent.items()},
        act_p50_ms=_share(latencies, 0.5),
        act_p95_ms=_share(latencies, 0.95),
        history=told["history"],
        load_before=load,
    )


async def idle(servers: Servers, seconds: float) -> dict[str, float]:
    """What the servers take while nobody asks for anything: CPU milliseconds a second."""
    before = cpu_of(servers.families)
    await asyncio.sleep(seconds)
    spent = between(before, cpu_of(servers.families))
    return {name: 1000 * value / seconds for name, value in spent.items()}


def rotated(plans: Sequence[Plan], number: int) -> list[Plan]:
    """Another one begins in every round, and every other round runs backwards."""
    start = number % len(plans)
    order = [*plans[start:], *plans[:start]]
    return order if number % 2 == 0 else order[::-1]


def _share(values: Sequence[float], share: float) -> float | None:
    """In milliseconds; None where nothing was timed."""
    return 1000 * values[int(share * (len(values) - 1))] if values else None
