"""Serving: any services in one process, beside its health and metrics."""

import asyncio
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

import structlog
from starlette.applications import Starlette

from console.health import health_app
from runtime import logs, tracing
from runtime.embedded.ports import free_port
from runtime.metrics import BUILD, HTTP_REFUSED
from runtime.problems import Problem
from runtime.services.base import Service
from runtime.services.presence import Presence
from runtime.services.resources import Resources
from runtime.settings import Settings, load, temporal_settings
from runtime.wiring.http_protocol import REFUSED_BECAUSE
from runtime.wiring.http_server import metrics, serving
from runtime.wiring.process import run_process, run_together
from store.processes import PostgresProcesses

if TYPE_CHECKING:
    from temporalio.envconfig import ClientConnectConfig

    from runtime.wiring.temporal import CoreMetrics

log = structlog.stdlib.get_logger()


def run_alone(service: type[Service]) -> None:
    """Run one service as the process, until a signal; ends the process."""
    settings = load()
    service.require(settings)
    temporal = temporal_settings(settings) if service.uses_temporal else None
    logs.configure(service.name, fmt=settings.log_format, level=settings.log_level)
    run_process(lambda stop: serve(service.name, settings, temporal, (service,), stop))


async def serve(
    name: str,
    settings: Settings,
    temporal: "ClientConnectConfig | None",
    services: Sequence[type[Service]],
    stop: asyncio.Event,
    *,
    embedded: bool = False,
) -> None:
    """Run services beside health and metrics, until asked to stop or until one of them ends.

    Raises what ended it, a Problem for wrong settings or files before anything is served.
    """
    tracing.begin(name)
    core = _core_metrics() if temporal else None
    seals = any(service.reads_words(settings) for service in services)
    on = Resources(settings, name, temporal, seals=seals, core=core, embedded=embedded)
    # Constructed before anything is opened: what is wrong with a file is the process's only line.
    running = [service(on) for service in services]
    begin_counting(settings, running)
    app = health_of(running, core.port if core else None)
    async with on, serving(app, settings.http_host, settings.http_port) as url:
        log.info("process.serves", readyz=f"{url}/readyz", metrics=f"{url}/metrics")
        try:
            said = Presence(PostgresProcesses(on.database), running)
            await run_together(stop, *(service.run(stop) for service in running), said.run(stop))
        except Problem as problem:
            log.error("process.ended", detail=str(problem), exit_code=problem.exit_code)  # noqa: TRY400
            problem.is_logged = True
            raise
        finally:
            await asyncio.to_thread(tracing.end)


def _core_metrics() -> "CoreMetrics":
    # A process without Temporal starts faster without its client.
    from runtime.wiring.temporal import core_metrics  # noqa: PLC0415

    return core_metrics(free_port())


def health_of(services: Iterable[Service], core_port: int | None = None) -> Starlette:
    """The health pages of a process: every check and every note of its services."""
    services = list(services)

    def why_not_alive() -> str | None:
        return next((why for each in services if (why := each.why_not_alive())), None)

    checks = {name: check for each in services for name, check in each.checks().items()}
    notes = {name: note for each in services for name, note in each.notes().items()}
    return health_app(
        why_not_alive, checks, lambda: metrics(metrics_of(services), core_port), notes
    )


def begin_counting(settings: Settings, services: Iterable[Service]) -> None:
    """Say what runs, and let the counters begin at 0 for every label value known before."""
    BUILD.labels(version("sanban"), platform.python_version(), settings.image).set(1)
    for why in REFUSED_BECAUSE:
        HTTP_REFUSED.labels(why)
    for service in services:
        for counter, sets in service.label_sets().items():
            for values in sets:
                counter.labels(*values)


def metrics_of(services: Iterable[Service | type[Service]]) -> tuple[str, ...]:
    """Return how the names of their metrics begin; every process serves HTTP."""
    own = (begin for each in services for begin in each.metrics)
    return tuple(f"sanban_{begin}" for begin in ("http_", "build_", *own))
