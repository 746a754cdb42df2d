"""`sanban canary run`: a report of no town goes the whole way, again and again."""

import asyncio
from typing import Annotated

import typer

from runtime import logs
from runtime.canary.rounds import STEPS
from runtime.canary.service import serve_canary
from runtime.cli.output import say
from runtime.problems import Problem
from runtime.settings import load
from runtime.wiring.process import run_process

app = typer.Typer(no_args_is_help=True, help="Watch that reports go the whole way.")


@app.callback()
def canary() -> None:
    """Keep `run` a command of its own."""


@app.command()
def run(
    once: Annotated[
        bool, typer.Option("--once", help="Fly one round, and say how it went.")
    ] = False,
) -> None:
    """Publish a report of the tenant `canary` every few minutes, and watch it go the whole way."""
    settings = load()
    logs.configure("canary", fmt=settings.log_format, level=settings.log_level)

    async def work(stop: asyncio.Event) -> None:
        flown = await serve_canary(settings, stop, once=once)
        if not once or flown.last is None:
            return
        for step in STEPS:
            at = flown.last.reached.get(step)
            say(f"{step:<9} " + ("MISSING" if at is None else f"after {at:.1f} s"))
        if why := await flown.why_not_ready():
            raise Problem(f"the round did not come through: {why}")

    run_process(work)
