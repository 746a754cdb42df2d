"""`sanban demo`: play a day in the town in about a minute, or slower on a busy machine."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from packs import day_of
from runtime import logs
from runtime.cli.calling import called
from runtime.cli.demo.day import Day, DaySummary
from runtime.cli.demo.speed import bearable, speeded, without
from runtime.cli.demo.story import load_story
from runtime.cli.output import Output
from runtime.cli.typed_numbers import whole
from runtime.clock import utc_now
from runtime.embedded.home import empty, held_home
from runtime.embedded.ports import free_port
from runtime.embedded.servers import Ports, System, embedded
from runtime.places import home_of_demo
from runtime.problems import Problem
from runtime.services.console.service import ConsoleService
from runtime.services.intake import IntakeService
from runtime.services.resources import Resources
from runtime.services.worker import WorkerService
from runtime.settings import Settings
from runtime.wiring.packs import load_all
from runtime.wiring.process import run_process, run_together
from schemas.intake import Unavailable

TENANT = "youchegang"
SIGN_IN_AS = "沈海峰 (supervisor), 周志强 (head of a unit) or 朱丽华 (dispatcher)"
MARK = "of-a-demo"
"""This file says that the directory may be emptied."""
DAYS = 3
"""Days to play at most, each slower than the one before, in which a person came too late."""


def demo(
    speed: Annotated[
        int,
        typer.Option(
            parser=whole(1), help="Town seconds per real second; fewer on a busy machine."
        ),
    ] = 6000,
    home: Annotated[
        Path | None,
        typer.Option(help="The data directory, emptied first; default var/demo in the checkout."),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep running afterwards.")] = False,
) -> None:
    """Play a day in the town: complaints arrive, people act, and clocks run out if no one acts."""
    logs.configure("demo", fmt="console", level="error")
    out = Output()

    directory = (home or home_of_demo()).absolute()
    if home is not None:
        _refuse_other_things(directory)

    async def main(stop: asyncio.Event) -> None:
        pace, before = speed, ""
        for number in range(1, DAYS + 1):
            if number > 1:
                empty(directory)
            (directory / MARK).touch()
            last = number == DAYS
            try:
                summary = await _played(directory, pace, out, stop, last=last, keep=keep)
            except Unavailable as error:
                why = f"a server did not answer in time ({error})"
                if last:
                    raise _not_as_told(f"{why}{before}", pace, directory) from error
            else:
                if summary is None or summary.is_final or last:
                    break
                why, pace = summary.wrong[0], summary.speed
                before = f"; a faster day before: {why}"
            pace = max(1, pace // 3)
            out.print(f"this machine is busy ({why}): once more, slower")

    # Every demo starts with empty servers, so that its figures are comparable.
    with held_home(directory, emptied=True):
        run_process(main)


async def _played(
    directory: Path, speed: int, out: Output, stop: asyncio.Event, *, last: bool, keep: bool
) -> DaySummary | None:
    """Play a day with servers of its own; return its figures, or None if it was stopped.

    A day in which a step fails ends at once, unless it is the `last`.
    """
    story = load_story(day_of(TENANT))
    out.print("starting Temporal, a broker and PostgreSQL on this machine ...")
    began = utc_now()
    async with embedded(directory, _settings(), Ports(ui=free_port())) as system:
        pace = bearable(speed, utc_now() - began)
        policies = {
            tenant: without(speeded(policy, pace), story.away, utc_now())
            for tenant, policy in load_all(system.settings).items()
        }
        out.print(f"Temporal UI  {system.ui_url}")
        hour = f"the town's hour takes {3600 / pace:.1f} s"
        out.print(f"clocks run {pace} times as fast: {hour}")
        if pace < speed:
            took = story.lasts / pace / timedelta(minutes=1)
            out.print(f"this machine is too busy for more: the day takes {took:.0f} min")
        out.print()
        settings = system.settings
        async with Resources(
            settings, "demo", system.temporal, policies=policies, embedded=True
        ) as on:
            return await _day(system, on, pace, out, last=last, keep=keep, stop=stop)


async def _day(
    system: System,
    on: Resources,
    speed: int,
    out: Output,
    *,
    last: bool,
    keep: bool,
    stop: asyncio.Event,
) -> DaySummary | None:
    over = asyncio.Event()  # ends the services after the day; `stop` is Ctrl-C
    intake = IntakeService(on)
    running = [WorkerService(on).run(over), intake.run(over)]
    if keep:
        running.append(ConsoleService(on).run(over))
    services = asyncio.create_task(run_together(over, *running))
    day = Day(system, on, intake.complaints, load_story(day_of(TENANT)), speed, out)
    playing = asyncio.create_task(day.play(to_the_end=last))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([services, playing, stopping], return_when=asyncio.FIRST_COMPLETED)
        if services.done():
            await services  # raises what ended it
        if not playing.done():
            return None
        summary = playing.result()
        if last or summary.is_final:
            console = f"http://{on.settings.console_host}:{on.settings.console_port}/"
            _tell(summary, system.directory, out, console=console if keep else None)
            if keep:
                await stop.wait()
        return summary
    finally:
        stopping.cancel()
        playing.cancel()
        over.set()
        await asyncio.gather(services, playing, return_exceptions=True)


def _refuse_other_things(directory: Path) -> None:
    """Raise Problem if a directory that is about to be emptied is not that of an earlier demo."""
    if directory.exists() and any(directory.iterdir()) and not (directory / MARK).exists():
        raise Problem(
            f"{directory} holds other things than an earlier demo",
            do="the demo empties its directory: choose another --home",
        )


def _settings() -> Settings:
    """Return the defaults, without the environment: the demo is the same everywhere."""
    own = {"console_port": free_port(), "console_training": True}
    return Settings.model_construct(**Settings.model_construct().model_dump() | own)


def _tell(summary: DaySummary, home: Path, out: Output, *, console: str | None) -> None:
    out.rule("the day in numbers")
    for line in summary.lines():
        out.print(line)
    out.rule("look around")
    for line in _look_around(summary.deepest, home, console=console):
        out.print(line)
    if summary.audit.breaks:
        case = summary.audit.breaks[0]
        raise Problem(
            f"the journal of the demo is broken: {case}",
            do=f"this is a defect of ours, report it and keep {home}",
        )
    if summary.wrong:
        raise _not_as_told(summary.wrong[0], summary.speed, home)


def _not_as_told(why: str, speed: int, home: Path) -> Problem:
    slower = called("demo", "--speed", str(max(1, speed // 3)))
    logs_of_servers = home / "*" / "server.log"
    return Problem(
        f"the demo did not go as its story says: {why}",
        do=f"on a machine this busy, play slower: {slower} (its servers log to {logs_of_servers})",
    )


def _look_around(case: str, home: Path, *, console: str | None) -> Iterator[str]:
    """Yield commands to paste. The servers have to run for them: still (then `console` is its
    address), or again.
    """
    if console is not None:
        yield f"the console is at {console}: sign in as {SIGN_IN_AS}; in another terminal:"
    else:
        yield f"the data is in {home}; start the system on it with:"
        yield f"  {called('up', '--home', str(home))}"
        yield f"it prints the address of the console: open it and sign in as {SIGN_IN_AS};"
        yield "then, in another terminal:"
    yield f"  {called('cases', 'list', home=home)}"
    if case:
        yield f"  {called('cases', 'show', case, home=home)}"
        yield f"  {called('cases', 'explain', case, home=home)}"
    if console is None:
        yield "to look while the demo runs:"
        yield f"  {called('demo', '--keep')}"
