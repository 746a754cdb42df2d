"""`sanban up | intake | worker | migrate`: the processes."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from temporalio.envconfig import ClientConnectConfig

from console.health import health_app
from runtime import logs
from runtime.listening import take_commands, take_in
from runtime.problems import Problem
from runtime.process import run, together
from runtime.processes import free_port
from runtime.services import Parts, parts, work
from runtime.settings import Settings, load, temporal_settings
from runtime.system import Ports, System, embedded
from runtime.temporal import core_metrics
from runtime.web import metrics, serving
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
) -> None:
    """Everything on this machine: Temporal and its UI, broker, PostgreSQL, intake, worker."""
    settings = load()
    chosen = "log_format" in settings.model_fields_set
    fmt = settings.log_format if chosen else "console"  # for the person who watches
    logs.configure("up", fmt=fmt, level=settings.log_level)
    ports = Ports(temporal_port, ui_port, kafka_port)

    async def main(stop: asyncio.Event) -> None:
        directory = (home or settings.home).absolute()
        async with embedded(directory, settings, ports) as system:
            typer.echo(_where(system))
            await serve(
                "up", system.settings, system.temporal, (work, take_in, take_commands), stop
            )

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
) -> None:
    """Services beside health and metrics, until asked to stop or until one of them fails."""
    core = core_metrics(free_port())
    async with parts(settings, temporal, core, name) as on:
        app = health_app(on.why_not_alive, on.checks(), lambda: metrics(core.port))
        async with serving(app, settings.http_host, settings.http_port) as url:
            typer.echo(f"{name}: health and metrics at {url}/readyz and {url}/metrics", err=True)
            await together(stop, *(service(on, stop) for service in services))


def _where(system: System) -> str:
    return "\n".join(
        (
            f"Temporal UI  {system.ui_url}",
            f"broker       {system.settings.kafka_bootstrap} (memory only)",
            f"data         {system.directory}",
            "in another terminal: sanban publish FILE; sanban cases list | show | explain",
            "Ctrl-C stops everything",
        )
    )
