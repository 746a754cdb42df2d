"""Alerts: each rule is tested by promtool, leads to a page that exists, and names what exists."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.services.registry import SERVICES
from tests.architecture.test_docs import anchors_of
from tests.deploy.programs import DEPLOY, PROMTOOL, ROOT, run
from tests.deploy.promql import named, unknown
from tests.unit.test_label_sets import OPEN_LISTS

RULES = sorted((DEPLOY / "prometheus/rules").glob("*.yml"))
TESTS = sorted((DEPLOY / "prometheus/tests").glob("*.yml"))
STORIES = (" fires", " stays silent", " with no series", " after a restart")
SINCE_AN_HOUR = "offset 1h"


@dataclass(frozen=True)
class Rule:
    name: str
    expr: str
    body: dict[str, Any]


def rules(kind: str) -> Iterator[Rule]:
    for file in RULES:
        for group in yaml.safe_load(file.read_text())["groups"]:
            for rule in group["rules"]:
                if kind in rule:
                    yield Rule(rule[kind], rule["expr"], rule)


ALERTS = [*rules("alert")]
RECORDED = {each.name: frozenset[str]() for each in rules("record")}


@cache
def stories() -> list[str]:
    found: list[str] = []
    for file in TESTS:
        found += [each["name"] for each in yaml.safe_load(file.read_text())["tests"]]
    return found


def test_the_rules_are_well_formed() -> None:
    done = run(PROMTOOL, "check", "rules", *RULES)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_configuration_is_well_formed() -> None:
    done = run(PROMTOOL, "check", "config", "--syntax-only", "prometheus/prometheus.yml")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.stem)
def test_every_story_of_the_rules_comes_true(file: Path) -> None:
    done = run(PROMTOOL, "test", "rules", file)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.stem)
def test_every_file_of_rules_has_stories(file: Path) -> None:
    assert DEPLOY / "prometheus/tests" / file.name in TESTS


@pytest.mark.parametrize("alert", ALERTS, ids=lambda each: each.name)
@pytest.mark.parametrize("story", STORIES)
def test_every_alert_has_a_story_of_each_kind(alert: Rule, story: str) -> None:
    assert [each for each in stories() if each.startswith(alert.name + story)] != []


def test_no_two_alerts_have_one_name() -> None:
    names = [each.name for each in ALERTS]

    assert sorted(names) == sorted({*names})


@pytest.mark.parametrize("alert", ALERTS, ids=lambda each: each.name)
def test_every_alert_leads_to_a_section_of_the_runbook(alert: Rule) -> None:
    page, _, anchor = alert.body["annotations"]["runbook"].partition("#")

    assert page == "docs/RUNBOOK.md"
    assert anchor in anchors_of(ROOT / page)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda each: each.name)
def test_the_section_names_the_alert(alert: Rule) -> None:
    assert f"`{alert.name}`" in (ROOT / "docs/RUNBOOK.md").read_text()


@pytest.mark.parametrize("alert", ALERTS, ids=lambda each: each.name)
def test_every_alert_says_what_it_is_and_how_urgent(alert: Rule) -> None:
    assert alert.body["annotations"]["summary"].endswith((".", "?"))
    urgent = "watchdog" if alert.name == "Watchdog" else ("page", "ticket")
    assert alert.body["labels"]["severity"] in urgent


@pytest.mark.parametrize("rule", [*ALERTS, *rules("record")], ids=lambda each: each.name)
def test_every_metric_and_label_of_a_rule_is_in_the_docs(rule: Rule) -> None:
    assert unknown(rule.expr, RECORDED) == []


@pytest.mark.parametrize("expr", ["sanban_relay_lead", 'sanban_relay_leads{who="a"}'])
def test_a_metric_or_label_that_was_renamed_is_found(expr: str) -> None:
    assert unknown(expr, RECORDED) != []


@pytest.mark.parametrize("alert", ALERTS, ids=lambda each: each.name)
def test_no_alert_waits_for_the_first_event_of_an_open_list(alert: Rule) -> None:
    open_lists = {f"{name}_total" for name in OPEN_LISTS}

    assert {each.metric for each in named(alert.expr)} & open_lists == set()


@pytest.mark.parametrize("alert", ALERTS, ids=lambda each: each.name)
def test_a_count_above_zero_sees_a_counter_that_is_born_at_one(alert: Rule) -> None:
    counts = "increase(" in alert.expr and alert.expr.rstrip().endswith(") > 0")

    assert not counts or SINCE_AN_HOUR in alert.expr


def test_metrics_of_every_service_are_watched() -> None:
    """A service that no rule names could be away without an alert."""
    watched = {each.metric for alert in ALERTS for each in named(alert.expr)}
    unwatched = [
        service.name
        for service in SERVICES
        if not any(each.startswith(_own(service.metrics)) for each in watched)
    ]

    assert unwatched == []


def _own(beginnings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"sanban_{begin}" for begin in beginnings)
