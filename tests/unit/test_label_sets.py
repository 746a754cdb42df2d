"""Counters exist before their first event: one that is born at 1 does not grow for Prometheus."""

import importlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, CollectorRegistry, Counter
from pydantic import SecretStr
from temporalio.envconfig import ClientConnectConfig

from console.gateway.answers import OUTCOMES
from consumers import metrics as of_intake
from runtime import metrics as of_runtime
from runtime.canary.service import begin_rounds
from runtime.embedded.ports import LOOPBACK
from runtime.services.checkpoints.keys import with_checkpoints
from runtime.services.registry import SERVICES
from runtime.services.resources import Resources
from runtime.services.serving import begin_counting
from runtime.settings import Settings
from tools.pages.metrics import FILES

OPEN_LISTS = {
    "sanban_journal_rows": "a kind of event for each fact; only their sum is of use to a rule",
    "sanban_commands": "a command for each act, with each refusal; only their sum is of use",
    "sanban_rungs": "clocks of parts are named after the part",
}
"""Counters whose label values are no closed list. No rule may count their first event."""

NOWHERE = f"{LOOPBACK}:1"


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Resources]:
    settings = Settings.model_construct(**Settings.model_construct().model_dump()).model_copy(
        update={
            "database_url": SecretStr(f"postgresql://sanban_app@{NOWHERE}/sanban"),
            "kafka_bootstrap": NOWHERE,
            "image": "sha256:f00d",
        }
    )
    settings = with_checkpoints(settings, tmp_path)
    async with Resources(settings, "test", ClientConnectConfig(target_host=NOWHERE)) as found:
        yield found


def labelled_counters() -> dict[str, Counter]:
    found = {}
    for file in FILES:
        module = importlib.import_module(f"{file.parent.name}.metrics")
        for each in vars(module).values():
            if isinstance(each, Counter) and each._labelnames:
                found[each._name] = each
    return found


async def test_every_counter_begins_at_zero_unless_its_labels_are_an_open_list(
    on: Resources,
) -> None:
    begin_counting(on.settings, [service(on) for service in SERVICES])
    begin_rounds()  # a process of its own, and no service
    unborn = {name for name, each in labelled_counters().items() if not [*each._metrics]}

    assert unborn - OPEN_LISTS.keys() == set()
    assert OPEN_LISTS.keys() - labelled_counters().keys() == set()


async def test_every_label_set_has_as_many_values_as_the_counter_has_labels(on: Resources) -> None:
    for service in SERVICES:
        for counter, sets in service(on).label_sets().items():
            assert {len(values) for values in sets} == {len(counter._labelnames)}


async def test_a_process_says_what_runs(on: Resources) -> None:
    begin_counting(on.settings, ())
    [family] = [each for each in REGISTRY.collect() if each.name == "sanban_build_info"]

    assert "sha256:f00d" in {each.labels["image"] for each in family.samples}
    assert {each.value for each in family.samples} == {1}


def test_an_unborn_counter_is_found() -> None:
    """The test above can fail: a counter with labels and no event has no series."""
    unborn = Counter("unborn", "No event.", ["why"], registry=CollectorRegistry())

    assert [*unborn._metrics] == []


def test_the_gateway_can_answer_what_its_rule_counts() -> None:
    assert {"failed", "unavailable"} <= {*OUTCOMES.values()}


def test_alarms_count_intake_and_leases() -> None:
    """The two whose label values are made where they are counted."""
    assert of_intake.RECORDS._labelnames == ("topic", "outcome", "reason")
    assert of_runtime.LEASES_LOST._labelnames == ("lease",)
