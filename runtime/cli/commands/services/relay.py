"""`sanban relay`: publish case events to other systems."""

import asyncio

import typer

from runtime import logs
from runtime.services.relay.relay import serve_relay
from runtime.settings import load
from runtime.wiring.process import run


def relay() -> None:
    """Publish what happens to cases to other systems. If several run, one works, others wait."""
    settings = load()
    logs.configure("relay", fmt=settings.log_format, level=settings.log_level)

    async def main(stop: asyncio.Event) -> None:
        await serve_relay(settings, stop, lambda line: typer.echo(line, err=True))

    run(main)
