"""`sanban notify`: send people the notices of rungs."""

import asyncio

import typer

from runtime import logs
from runtime.services.notifier.notifier import serve_notifier
from runtime.settings import load
from runtime.wiring.process import run


def notify() -> None:
    """Send people the notices of their cases' clocks. If several run, one works, others wait."""
    settings = load()
    logs.configure("notify", fmt=settings.log_format, level=settings.log_level)

    async def main(stop: asyncio.Event) -> None:
        await serve_notifier(settings, stop, lambda line: typer.echo(line, err=True))

    run(main)
