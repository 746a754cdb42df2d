"""`sanban intake` and `sanban worker`: serve services beside health and metrics."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import typer
from temporalio.envconfig import ClientConnectConfig

from console.health import Check, health_app
from runtime import logs
from runtime.embedded.child_server import free_port
from runtime.services.base import Parts, parts, work
from runtime.services.intake import take_commands, take_in
from runtime.settings import Settings, load, temporal_settings
from runtime.wiring.http_server import metrics, serving
from runtime.wiring.process import run, together
from runtime.wiring.temporal import core_metrics

Service = Callable[[Parts, asyncio.Event], Coroutine[Any, Any, None]]


def intake() -> None:
    """Turn complaints into cases; deliver other systems' commands to them. Run several to scale."""
    _serve("intake", take_in, take_commands)


def worker() -> None:
    """Run the workflows of cases. Run several to scale."""
    _serve("worker", work)


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
    """Run services, health and metrics until asked to stop, or until one of them fails."""
    core = core_metrics(free_port())
    async with parts(settings, temporal, core, name) as on:
        checks = on.checks() | dict(more_checks or {})
        app = health_app(on.why_not_alive, checks, lambda: metrics(core.port))
        async with serving(app, settings.http_host, settings.http_port) as url:
            typer.echo(f"{name}: health and metrics at {url}/readyz and {url}/metrics", err=True)
            await together(stop, *(service(on, stop) for service in services))
