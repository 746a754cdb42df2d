"""A process that is killed raises its alert: rules over what real processes really show."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from gateways.kafka.admin import TopicSpec, ensure_topics
from tests.deploy.programs import PROMTOOL, run
from tests.deploy.promql import named
from tests.deploy.test_alerts import ALERTS, RULES
from tests.integration.promises.events import event
from tests.integration.promises.notifiers import NotifyProcess
from tests.integration.promises.relays import RelayProcess
from tests.integration.promises.services import IntakeProcess, Service, WorkerProcess
from tests.integration.promises.town import Town

WATCHED = {each.metric for alert in ALERTS for each in named(alert.expr)}
ALIVE, DEAD = 10, 10
"""Minutes that a process is shown alive, and then dead: longer than any alert of these waits."""
LATE = "UPDATE sanban.cases SET next_at = now() - interval '11 minutes'"


@dataclass
class Machine:
    """Processes by name, and what each shows at /metrics."""

    running: dict[str, Service] = field(default_factory=dict)
    shown: dict[str, dict[str, float]] = field(default_factory=dict)

    async def scrape(self) -> None:
        for name, process in self.running.items():
            _, text = await process.ask("/metrics")
            self.shown[name] = dict(series_of(text, name))


def series_of(text: str, process: str) -> Iterable[tuple[str, float]]:
    """Yield the series that rules name, with the labels that Prometheus adds."""
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name in WATCHED and not math.isnan(sample.value):
                labels = {**sample.labels, "job": f"sanban-{process}", "instance": process}
                inside = ", ".join(f'{name}="{value}"' for name, value in labels.items())
                yield f"{sample.name}{{{inside}}}", sample.value


def firing(machine: Machine, killed: set[str], alerts: Iterable[str], path: Path) -> set[str]:
    """Return which of the alerts fire once these processes have been dead for some minutes."""
    series = []
    for name, shown in machine.shown.items():
        up = f'up{{job="sanban-{name}", instance="{name}"}}'
        end = f"0x{DEAD}" if name in killed else f"1x{DEAD}"
        series.append({"series": up, "values": f"1x{ALIVE} {end}"})
        for each, value in shown.items():
            number = "+Inf" if math.isinf(value) else f"{value:.6f}"
            after = "stale" if name in killed else " ".join([number] * DEAD)
            values = f"{' '.join([number] * ALIVE)} {after}"
            series.append({"series": each, "values": values})
    return {each for each in alerts if _fires(each, series, path)}


def _fires(alert: str, series: list[dict[str, str]], path: Path) -> bool:
    count = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) > bool 0 or vector(0)'
    expected = [{"labels": "{}", "value": 1}]
    test: dict[str, Any] = {"interval": "1m", "input_series": series, "promql_expr_test": []}
    at = f"{ALIVE + DEAD - 1}m"
    test["promql_expr_test"].append({"eval_time": at, "expr": count, "exp_samples": expected})
    rules = [str(file) for file in RULES]
    document = {"rule_files": rules, "evaluation_interval": "1m", "tests": [test]}
    file = path / f"{alert}.yml"
    file.write_text(yaml.safe_dump(document))
    done = run(PROMTOOL, "test", "rules", file)
    assert "exp:" in done.stdout + done.stderr or done.returncode == 0, done.stderr
    return done.returncode == 0


@pytest.fixture
async def machine(town: Town) -> AsyncIterator[Machine]:
    topic = f"{town.name}.case-events"
    await ensure_topics(town.servers.kafka.bootstrap, [TopicSpec(topic, 1)])
    contacts = town.directory / "contacts.yaml"
    contacts.write_text("people: {}\n")
    environment = {
        **town.environment,
        "SANBAN_CASE_EVENTS_TOPIC": topic,
        "SANBAN_CONTACTS": str(contacts),
    }
    found = Machine()
    async with AsyncExitStack() as stack:
        for kind in (IntakeProcess, WorkerProcess, RelayProcess, NotifyProcess):
            process = kind(town.directory / f"one-{kind.name}", environment)
            stack.push_async_callback(process.stop)
            await process.start()
            found.running[kind.name] = process
        yield found


async def test_each_process_that_is_killed_raises_its_alert(
    town: Town, machine: Machine, tmp_path: Path
) -> None:
    await town.publish(event(town.source, "1"))
    await town.until_cases(1)

    async def measured() -> bool:
        await machine.scrape()
        shown = " ".join(each for found in machine.shown.values() for each in found)
        return all(word in shown for word in ("oldest_record", "moments_oldest", "_leads"))

    await town.until(measured, lambda done: done)
    own = {
        "intake": {"SanbanNoIntake", "SanbanProcessDown"},
        "worker": {"SanbanProcessDown"},
        "relay": {"SanbanNoRelay", "SanbanProcessDown"},
        "notify": {"SanbanNoNotifier", "SanbanProcessDown"},
    }
    every = {*(name for names in own.values() for name in names), "SanbanMomentsWait"}

    assert await asyncio.to_thread(firing, machine, set(), every, tmp_path) == set()
    for process, alerts in own.items():
        found = await asyncio.to_thread(firing, machine, {process}, every, tmp_path)
        assert found == alerts, process


async def test_a_relay_shows_that_no_worker_acts(
    town: Town, machine: Machine, tmp_path: Path
) -> None:
    """A counter of the worker stands still whether it is dead or has nothing to do."""
    await town.publish(event(town.source, "1"))
    await town.until_cases(1)
    await machine.running["worker"].stop()
    with psycopg.connect(town.servers.postgres.dsn(dbname=town.name), autocommit=True) as owner:
        owner.execute(LATE)

    async def late() -> float:
        await machine.scrape()
        shown = machine.shown["relay"]
        return max(
            (value for each, value in shown.items() if each.startswith("sanban_moments")), default=0
        )

    del machine.running["worker"]
    await town.until(late, lambda seconds: seconds > 600)
    alerts = ("SanbanMomentsWait", "SanbanNoRelay")

    found = await asyncio.to_thread(firing, machine, set(), alerts, tmp_path)
    assert found == {"SanbanMomentsWait"}
