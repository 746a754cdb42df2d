"""Where alerts go: a page to a person now, and the watchdog to someone outside."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.programs import AMTOOL, DEPLOY, run
from tests.deploy.test_alerts import ALERTS

ROUTES = DEPLOY / "alertmanager.yaml"


def unheard(config: dict[str, Any]) -> list[str]:
    """Return the receivers that tell no one: Alertmanager takes them, and drops what they get."""
    return [
        each["name"]
        for each in config["receivers"]
        if not any(name.endswith("_configs") and told for name, told in each.items())
    ]


def receiver(severity: str) -> str:
    words = ("config", "routes", "test", f"--config.file={ROUTES}", f"severity={severity}")
    done = run(AMTOOL, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_routes_are_well_formed() -> None:
    done = run(AMTOOL, "check-config", ROUTES)

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_route_to_no_receiver_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "alertmanager.yaml"
    wrong.write_text(ROUTES.read_text().replace("receiver: outside", "receiver: inside"))

    assert run(AMTOOL, "check-config", wrong).returncode == 1


@pytest.mark.parametrize(
    ("severity", "to"),
    [("watchdog", "outside"), ("page", "page"), ("ticket", "ticket"), ("other", "ticket")],
)
def test_alerts_go_where_their_severity_says(severity: str, to: str) -> None:
    assert receiver(severity) == to


def test_every_severity_has_a_route_of_its_own() -> None:
    config = yaml.safe_load(ROUTES.read_text())
    routed = {each["matchers"][0] for each in config["route"]["routes"]}
    given = {f'severity="{alert.body["labels"]["severity"]}"' for alert in ALERTS}

    assert given == routed


def test_no_receiver_tells_no_one() -> None:
    assert unheard(yaml.safe_load(ROUTES.read_text())) == []


@pytest.mark.parametrize("empty", [{}, {"webhook_configs": []}])
def test_an_empty_receiver_of_the_watchdog_is_refused(empty: dict[str, Any]) -> None:
    config = yaml.safe_load(ROUTES.read_text())
    [outside] = [each for each in config["receivers"] if each["name"] == "outside"]
    outside.pop("webhook_configs")
    outside.update(empty)

    assert unheard(config) == ["outside"]


def test_the_watchdog_is_sent_every_minute() -> None:
    """The bell rings when nothing came for minutes."""
    config = yaml.safe_load(ROUTES.read_text())
    [route] = [each for each in config["route"]["routes"] if each["receiver"] == "outside"]

    assert route["repeat_interval"] == "1m"


@pytest.mark.parametrize("side", ["source_matchers", "target_matchers"])
def test_what_silences_or_is_silenced_exists(side: str) -> None:
    config, names = yaml.safe_load(ROUTES.read_text()), {alert.name for alert in ALERTS}
    plain = [
        matcher.removeprefix('alertname="').removesuffix('"')
        for rule in config["inhibit_rules"]
        for matcher in rule[side]
        if matcher.startswith('alertname="')
    ]

    assert [name for name in plain if name not in names] == []
