"""`sanban up`: the whole system on this machine."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from runtime import logs
from runtime.cli.calling import called
from runtime.cli.output import say
from runtime.cli.typed_numbers import whole
from runtime.embedded.home import held_home
from runtime.embedded.ports import free_port, is_free, user_of
from runtime.embedded.servers import Ports, System, embedded
from runtime.problems import Problem
from runtime.services.checkpoints.keys import with_checkpoints
from runtime.services.console.ways_in import why_no_way_in
from runtime.services.gateway.clients import DevelopmentClients, development_clients
from runtime.services.registry import SERVICES
from runtime.services.serving import serve
from runtime.settings import Settings, load
from runtime.wiring.packs import load_all
from runtime.wiring.process import run_process


def up(
    home: Annotated[
        Path | None, typer.Option(help="The data directory; default SANBAN_HOME.")
    ] = None,
    temporal_port: Annotated[
        int, typer.Option(parser=whole(0, 65535), help="Port of Temporal.")
    ] = 7233,
    ui_port: Annotated[
        int, typer.Option(parser=whole(0, 65535), help="Port of Temporal's Web UI.")
    ] = 8233,
    kafka_port: Annotated[
        int, typer.Option(parser=whole(0, 65535), help="Port of the broker.")
    ] = 9092,
    gateway_port: Annotated[
        int | None,
        typer.Option(
            parser=whole(0, 65535), help="Port of the HTTP gateway; default SANBAN_GATEWAY_PORT."
        ),
    ] = None,
    console_port: Annotated[
        int | None,
        typer.Option(
            parser=whole(0, 65535), help="Port of the console; default SANBAN_CONSOLE_PORT."
        ),
    ] = None,
) -> None:
    """Run the whole system on this machine: Temporal and its UI, a broker, PostgreSQL, and every
    process of Sanban.
    """
    settings = load()
    chosen = "log_format" in settings.model_fields_set
    fmt = settings.log_format if chosen else "console"  # for the person who watches
    logs.configure("up", fmt=fmt, level=settings.log_level)
    ports = Ports(temporal_port, ui_port, kafka_port)
    directory = (home or settings.home).absolute()

    async def main(stop: asyncio.Event) -> None:
        chosen = (
            settings
            if console_port is None
            else settings.model_copy(update={"console_port": console_port})
        )
        _refuse_used_ports(chosen, gateway_port)
        base, known = _with_gateway(chosen, directory, gateway_port)
        base = with_checkpoints(base, directory)
        async with embedded(directory, base, ports, durable=True) as system:
            say(*_where(system, known))
            await serve("up", system.settings, system.temporal, SERVICES, stop, embedded=True)

    with held_home(directory):
        run_process(main)


def _refuse_used_ports(settings: Settings, gateway_port: int | None) -> None:
    """Raise Problem for a port of ours that another program uses, before any server starts."""
    chosen = settings.gateway_port if gateway_port is None else gateway_port
    ours = (
        (settings.gateway_host, chosen, "--gateway-port"),
        (settings.console_host, settings.console_port, "--console-port"),
        (settings.http_host, settings.http_port, "SANBAN_HTTP_PORT"),
    )
    for host, port, setting in ours:
        if port and not is_free(port, host):
            raise Problem(
                f"port {port} on {host} is in use{user_of(port)}",
                do=f"end that program, or choose another port with {setting}",
            )


def _with_gateway(
    settings: Settings, directory: Path, port: int | None
) -> tuple[Settings, DevelopmentClients | None]:
    """Return settings with a gateway port, and with development clients if they name no file."""
    chosen = settings.gateway_port if port is None else port
    number = chosen or free_port()
    update: dict[str, Any] = {
        "console_port": settings.console_port or free_port(),
        "gateway_port": number,
        "gateway_url": settings.gateway_url or f"http://{settings.gateway_host}:{number}",
        "media_dir": settings.media_dir or str(directory / "media"),
    }
    if settings.gateway_clients:
        return settings.model_copy(update=update), None
    known = development_clients(directory, load_all(settings))
    update["gateway_clients"] = str(known.file)
    return settings.model_copy(update=update), known


def _where(system: System, known: DevelopmentClients | None) -> Iterator[str]:
    settings = system.settings
    yield from (
        f"Temporal UI  {system.ui_url}",
        f"broker       {settings.kafka_bootstrap} (memory only)",
        f"gateway      http://{settings.gateway_host}:{settings.gateway_port}",
        f"console      http://{settings.console_host}:{settings.console_port}/",
        *([f"  sign-in    {why}"] if (why := why_no_way_in(settings, embedded=True)) else []),
        f"  clients    {settings.gateway_clients}",
        # The tokens themselves would stay in the log of whatever started this.
        *([f"  tokens     {known.kept}: one line a tenant, for its owner alone"] if known else []),
        f"contacts     {settings.contacts or 'SANBAN_CONTACTS is not set: no one is notified'}",
        f"photos       {settings.media_bucket or settings.media_dir}",
        f"checkpoints  {settings.checkpoint_dir}",
        f"data         {system.directory}",
        "in another terminal:",
        f"  {called('publish', '--help', home=system.directory)}",
        f"  {called('cases', 'list', home=system.directory)}",
        f"  {called('cases', '--help', home=system.directory)}",
        "Ctrl-C stops everything",
    )
