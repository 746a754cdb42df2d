"""`sanban up | intake | worker | migrate`: the processes."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from temporalio.envconfig import ClientConnectConfig

from console.health import Check, health_app
from runtime import logs
from runtime.embedded.child_server import free_port
from runtime.embedded.system import Ports, System, embedded
from runtime.problems import Problem
from runtime.services.base import Parts, parts, work
from runtime.services.checkpoints.checkpointer import Checkpointing
from runtime.services.checkpoints.keys import signing_of, with_checkpoints
from runtime.services.gateway.clients import Development, development
from runtime.services.gateway.gateway import Gateway
from runtime.services.intake import take_commands, take_in
from runtime.services.notifier.notifier import Notifying
from runtime.services.relay.relay import Relaying
from runtime.settings import Settings, load, temporal_settings
from runtime.wiring.http_server import metrics, serving
from runtime.wiring.packs import load_all
from runtime.wiring.process import run, together, unless
from runtime.wiring.temporal import core_metrics
from store.errors import MigrationError, StoreUnavailable
from store.migrate import migrate as apply_migrations

Service = Callable[[Parts, asyncio.Event], Coroutine[Any, Any, None]]


def intake() -> None:
    """Turn complaints into cases, and give other systems' commands to them: one process of many."""
    _serve("intake", take_in, take_commands)


def worker() -> None:
    """Run cases: one process of many, for production."""
    _serve("worker", work)


def migrate() -> None:
    """Bring the database up to this version, as the owner (SANBAN_DATABASE_OWNER_URL)."""
    settings = load()
    try:
        done = apply_migrations(settings.need("database_owner_url"))
    except StoreUnavailable as error:
        raise Problem(str(error), do="start PostgreSQL, or correct the URL") from error
    except MigrationError as error:
        raise Problem(str(error)) from error
    typer.echo("\n".join(done) or "nothing to do")


def up(
    home: Annotated[
        Path | None, typer.Option(help="Where data is kept; default SANBAN_HOME.")
    ] = None,
    temporal_port: Annotated[int, typer.Option(help="Temporal's port.")] = 7233,
    ui_port: Annotated[int, typer.Option(help="Port of Temporal's Web UI.")] = 8233,
    kafka_port: Annotated[int, typer.Option(help="The broker's port.")] = 9092,
    gateway_port: Annotated[
        int | None, typer.Option(help="The HTTP gateway's port; default SANBAN_GATEWAY_PORT.")
    ] = None,
) -> None:
    """Everything on this machine: Temporal and its UI, broker, PostgreSQL, intake, worker, relay,
    notifier, checkpoints, and the HTTP gateway.
    """
    settings = load()
    chosen = "log_format" in settings.model_fields_set
    fmt = settings.log_format if chosen else "console"  # for the person who watches
    logs.configure("up", fmt=fmt, level=settings.log_level)
    ports = Ports(temporal_port, ui_port, kafka_port)

    async def main(stop: asyncio.Event) -> None:
        directory = (home or settings.home).absolute()
        base, known = _with_gateway(settings, directory, gateway_port)
        base = with_checkpoints(base, directory)
        async with embedded(directory, base, ports) as system:
            typer.echo(_where(system, known))
            gateway, relaying = Gateway(system.settings), Relaying(system.settings)
            notifying = Notifying(system.settings)
            checkpointing = Checkpointing(system.settings, signing_of(system.settings))

            async def take_requests(on: Parts, stop: asyncio.Event) -> None:
                await gateway.run(on.database, on.desk.current_policies, stop)

            async def relay(on: Parts, stop: asyncio.Event) -> None:
                await relaying.run(on.database, stop)

            async def notify(on: Parts, stop: asyncio.Event) -> None:
                client = await unless(stop, on.connected())
                if client is not None:
                    await notifying.run(on.database, client, on.desk.current_policies, stop)

            async def checkpoint(on: Parts, stop: asyncio.Event) -> None:
                await checkpointing.run(on.database, stop)

            services = (work, take_in, take_commands, take_requests, relay, notify, checkpoint)
            checks = gateway.checks() | relaying.checks() | notifying.checks()
            checks |= checkpointing.checks()
            await serve("up", system.settings, system.temporal, services, stop, checks)

    run(main)


def _serve(name: str, *services: Service) -> None:
    settings = load()
    temporal = temporal_settings(settings)
    logs.configure(name, fmt=settings.log_format, level=settings.log_level)
    run(lambda stop: serve(name, settings, temporal, services, stop))


async def serve(
    name: str,
    settings: Settings,
    temporal: ClientConnectConfig,
    services: tuple[Service, ...],
    stop: asyncio.Event,
    more_checks: Mapping[str, Check] | None = None,
) -> None:
    """Services beside health and metrics, until asked to stop or until one of them fails."""
    core = core_metrics(free_port())
    async with parts(settings, temporal, core, name) as on:
        checks = on.checks() | dict(more_checks or {})
        app = health_app(on.why_not_alive, checks, lambda: metrics(core.port))
        async with serving(app, settings.http_host, settings.http_port) as url:
            typer.echo(f"{name}: health and metrics at {url}/readyz and {url}/metrics", err=True)
            await together(stop, *(service(on, stop) for service in services))


def _with_gateway(
    settings: Settings, directory: Path, port: int | None
) -> tuple[Settings, Development | None]:
    """With clients of its own, where the settings name none."""
    chosen = settings.gateway_port if port is None else port
    update: dict[str, Any] = {"gateway_port": chosen or free_port()}
    if settings.gateway_clients:
        return settings.model_copy(update=update), None
    directory.mkdir(parents=True, exist_ok=True)
    known = development(directory, load_all(settings))
    update["gateway_clients"] = str(known.file)
    return settings.model_copy(update=update), known


def _where(system: System, known: Development | None) -> str:
    settings = system.settings
    tokens = known.tokens.items() if known else ()
    return "\n".join(
        (
            f"Temporal UI  {system.ui_url}",
            f"broker       {settings.kafka_bootstrap} (memory only)",
            f"gateway      http://{settings.gateway_host}:{settings.gateway_port}",
            f"  clients    {settings.gateway_clients}",
            *(f"  token      {token}  files for {tenant}" for tenant, token in tokens),
            f"contacts     {settings.contacts or 'SANBAN_CONTACTS is not set: nobody is told'}",
            f"checkpoints  {settings.checkpoint_dir}",
            f"data         {system.directory}",
            "in another terminal: sanban publish FILE; sanban cases list | show | explain",
            "Ctrl-C stops everything",
        )
    )
