"""Which alerts fire over what processes really show, as promtool finds."""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.deploy.programs import PROMTOOL, run
from tests.deploy.promql import named
from tests.deploy.test_alerts import ALERTS, RULES

Shown = Mapping[str, Mapping[str, float]]
"""By process, the value of each of its series."""
WATCHED = {each.metric for alert in ALERTS for each in named(alert.expr)}
ALIVE, DEAD = 15, 10
"""Minutes that a process is shown alive, and then dead: longer than an alert of these waits."""
_FIRING = 'count by (alertname) (ALERTS{alertstate="firing"})'


def series_of(text: str, process: str) -> Iterable[tuple[str, float]]:
    """Yield the series that rules name, with the labels that Prometheus adds."""
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name in WATCHED and not math.isnan(sample.value):
                labels = {**sample.labels, "job": f"sanban-{process}", "instance": process}
                inside = ", ".join(f'{name}="{value}"' for name, value in labels.items())
                yield f"{sample.name}{{{inside}}}", sample.value


def firing(shown: Shown, deaths: Iterable[Collection[str]], path: Path) -> list[set[str]]:
    """Return for each group of processes what fires once they have been dead for some minutes.

    `path`: a directory. promtool says what it found where that is not what it was told to expect,
    which is nothing: the Watchdog always fires.
    """
    asked = {"eval_time": f"{ALIVE + DEAD - 1}m", "expr": _FIRING, "exp_samples": []}
    tests = [
        {"interval": "1m", "input_series": _series(shown, dead), "promql_expr_test": [asked]}
        for dead in deaths
    ]
    rules = [str(file) for file in RULES]
    file = path / "firing.yml"
    file.write_text(yaml.safe_dump({"rule_files": rules, "tests": tests}))
    done = run(PROMTOOL, "test", "rules", file)
    told = re.findall(r"^ *got:(.*)$", done.stdout + done.stderr, re.MULTILINE)
    assert len(told) == len(tests), done.stdout + done.stderr
    return [{*re.findall(r'alertname="(\w+)"', each)} - {"Watchdog"} for each in told]


def _series(shown: Shown, dead: Collection[str]) -> list[dict[str, str]]:
    found = []
    for name, metrics in shown.items():
        up = f'up{{job="sanban-{name}", instance="{name}"}}'
        end = f"0x{DEAD}" if name in dead else f"1x{DEAD}"
        found.append({"series": up, "values": f"1x{ALIVE} {end}"})
        for each, value in metrics.items():
            number = "+Inf" if math.isinf(value) else f"{value:.6f}"
            after = "stale" if name in dead else " ".join([number] * DEAD)
            found.append({"series": each, "values": f"{' '.join([number] * ALIVE)} {after}"})
    return found
