"""`sanban demo`: play a day in the town in about a minute."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from packs import day_of
from runtime import logs
from runtime.cli.calling import called
from runtime.cli.demo.day import Day, DaySummary
from runtime.cli.demo.speed import speeded, without
from runtime.cli.demo.story import load_story
from runtime.cli.output import Output
from runtime.clock import utc_now
from runtime.embedded.home import held_home
from runtime.embedded.ports import free_port
from runtime.embedded.servers import Ports, System, embedded
from runtime.problems import Problem
from runtime.services.intake import IntakeService
from runtime.services.resources import Resources
from runtime.services.worker import WorkerService
from runtime.settings import Settings
from runtime.wiring.packs import load_all
from runtime.wiring.process import run_process, run_together

TENANT = "youchegang"


def demo(
    speed: Annotated[int, typer.Option(min=1, help="Town seconds per real second.")] = 6000,
    keep: Annotated[bool, typer.Option("--keep", help="Keep running afterwards.")] = False,
) -> None:
    """Play a day in the town: complaints arrive, people act, and clocks run out if no one acts."""
    logs.configure("demo", fmt="console", level="error")
    out = Output()

    story = load_story(day_of(TENANT))

    async def main(stop: asyncio.Event) -> None:
        home = _home()
        out.print("starting Temporal, a broker and PostgreSQL on this machine ...")
        async with embedded(home, _settings(), Ports(ui=free_port())) as system:
            policies = {
                tenant: without(speeded(policy, speed), story.away, utc_now())
                for tenant, policy in load_all(system.settings).items()
            }
            out.print(f"Temporal UI  {system.ui_url}")
            hour = f"the town's hour takes {3600 / speed:.1f} s"
            out.print(f"clocks run {speed} times as fast: {hour}")
            out.print()
            async with Resources(system.settings, "demo", system.temporal, policies=policies) as on:
                await run_together(stop, _day(system, on, speed, out, keep=keep, stop=stop))

    # Every demo starts with empty servers, so that its figures are comparable.
    with held_home(_home(), emptied=True):
        run_process(main)


async def _day(
    system: System, on: Resources, speed: int, out: Output, *, keep: bool, stop: asyncio.Event
) -> None:
    over = asyncio.Event()  # ends the services after the day; `stop` is Ctrl-C
    intake = IntakeService(on)
    services = asyncio.create_task(
        run_together(over, WorkerService(on).run(over), intake.run(over))
    )
    day = Day(system, on, intake.complaints, load_story(day_of(TENANT)), speed, out)
    playing = asyncio.create_task(day.play())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([services, playing, stopping], return_when=asyncio.FIRST_COMPLETED)
        if services.done():
            await services  # raises what ended it
        if playing.done():
            _tell(playing.result(), system.directory, out, keep=keep)
            if keep:
                await stop.wait()
    finally:
        stopping.cancel()
        playing.cancel()
        over.set()
        await asyncio.gather(services, playing, return_exceptions=True)


def _home() -> Path:
    return Path(tempfile.gettempdir()) / f"sanban-demo-{os.getuid()}"


def _settings() -> Settings:
    """Return the defaults, without the environment: the demo is the same everywhere."""
    return Settings.model_construct(**Settings.model_construct().model_dump())


def _tell(summary: DaySummary, home: Path, out: Output, *, keep: bool) -> None:
    out.rule("the day in numbers")
    for line in summary.lines():
        out.print(line)
    out.rule("look around")
    for line in _look_around(summary.deepest, home, keep=keep):
        out.print(line)
    if summary.audit.breaks or summary.failed:
        raise Problem("the demo did not go as its story says")


def _look_around(case: str, home: Path, *, keep: bool) -> Iterator[str]:
    """Yield commands to paste. The servers have to run for them: still, or again."""
    if keep:
        yield "in another terminal:"
    else:
        yield f"the data is in {home}; start the system on it with:"
        yield f"  {called('up', '--home', str(home))}"
        yield "it prints the address of the Temporal UI; then, in another terminal:"
    yield f"  {called('cases', 'list', home=home)}"
    if case:
        yield f"  {called('cases', 'show', case, home=home)}"
        yield f"  {called('cases', 'explain', case, home=home)}"
    if not keep:
        yield "to look while the demo runs:"
        yield f"  {called('demo', '--keep')}"
