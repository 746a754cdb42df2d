"""`sanban notify`: people told, by their addresses, what rungs tell them."""

import asyncio

import typer

from runtime import logs
from runtime.services.notifier.notifier import serve_notifier
from runtime.settings import load
from runtime.wiring.process import run


def notify() -> None:
    """Tell people what the clocks tell them: of several processes one sends, others stand by."""
    settings = load()
    logs.configure("notify", fmt=settings.log_format, level=settings.log_level)

    async def main(stop: asyncio.Event) -> None:
        await serve_notifier(settings, stop, lambda line: typer.echo(line, err=True))

    run(main)
