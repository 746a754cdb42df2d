"""`sanban relay`: what happens to cases, told to outsiders."""

import asyncio

import typer

from runtime import logs
from runtime.services.relay.relay import serve_relay
from runtime.settings import load
from runtime.wiring.process import run


def relay() -> None:
    """Tell other systems what happens to cases: of several processes one tells, others stand by."""
    settings = load()
    logs.configure("relay", fmt=settings.log_format, level=settings.log_level)

    async def main(stop: asyncio.Event) -> None:
        await serve_relay(settings, stop, lambda line: typer.echo(line, err=True))

    run(main)
