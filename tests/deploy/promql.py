"""What an expression of Prometheus names: metrics, with the labels that it asks of each."""

from dataclasses import dataclass

import promql_parser

from tools.pages.metrics import metrics

ALWAYS = frozenset({"job", "instance"})
"""Labels that Prometheus itself gives to all that it reads."""
FOREIGN = {
    "up": frozenset[str](),
    "node_filesystem_avail_bytes": frozenset({"fstype", "mountpoint"}),
    "node_filesystem_size_bytes": frozenset({"fstype", "mountpoint"}),
}
"""Metrics of others that a rule or a board may name: of Prometheus and of its node_exporter."""


@dataclass(frozen=True)
class Named:
    """A metric that an expression names. `labels`: what it asks of it."""

    metric: str
    labels: frozenset[str]


def named(expr: str) -> list[Named]:
    """Return each metric that the expression names. Raises ValueError where it does not parse."""
    found: list[Named] = []

    def look(part: promql_parser.Expr) -> None:
        if isinstance(part, promql_parser.MatrixSelector):
            look(part.vector_selector)
        elif isinstance(part, promql_parser.VectorSelector):
            labels = frozenset(each.name for each in part.matchers.matchers)
            found.append(Named(part.name or "", labels))

    promql_parser.walk(promql_parser.parse(expr), look)
    return found


def grouped(expr: str) -> set[str]:
    """Return the labels by which the expression groups."""
    found: set[str] = set()

    def look(part: promql_parser.Expr) -> None:
        if isinstance(part, promql_parser.AggregateExpr) and part.modifier is not None:
            found.update(part.modifier.labels)

    promql_parser.walk(promql_parser.parse(expr), look)
    return found


def known() -> dict[str, frozenset[str]]:
    """Return every series of docs/METRICS.md by its name, with its labels; and those of others."""
    found = dict(FOREIGN)
    for each in metrics():
        labels = frozenset(each.labels)
        if each.kind == "Histogram":
            found[f"{each.name}_bucket"] = labels | {"le"}
            found[f"{each.name}_sum"] = found[f"{each.name}_count"] = labels
        else:
            found[each.exported] = labels
    return found


def unknown(expr: str, recorded: dict[str, frozenset[str]]) -> list[str]:
    """Return what the expression names and no page lists; `recorded`: series that rules make."""
    series, wrong = known() | recorded, []
    labels_of_all: set[str] = set(ALWAYS)
    for each in named(expr):
        if each.metric not in series:
            wrong.append(each.metric)
            continue
        labels_of_all |= series[each.metric]
        strange = each.labels - series[each.metric] - ALWAYS
        wrong += [f"{each.metric}{{{label}}}" for label in sorted(strange)]
    return [*wrong, *(f"by ({label})" for label in sorted(grouped(expr) - labels_of_all))]
