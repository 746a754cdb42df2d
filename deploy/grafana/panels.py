"""The shape of a board: rows of panels on Grafana's grid of 24 columns, one data source."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from grafana_foundation_sdk.builders import common as builders
from grafana_foundation_sdk.builders import dashboard, prometheus, timeseries
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as models

COLUMNS, HEIGHT = 24, 8
DASHED = common.GraphTresholdsStyleMode.DASHED
SOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")
"""A variable: a renamed data source breaks no board."""


@dataclass(frozen=True)
class Panel:
    """A graph of expressions, each with its legend.

    `limit`: where an alert fires, drawn as a line; `low`: it fires below. `unit` is one of
    Grafana's: s, short, percentunit, d.
    """

    title: str
    says: str
    queries: Sequence[tuple[str, str]]
    unit: str = "s"
    limit: float | None = None
    low: bool = False


def quantile(share: str, histogram: str) -> str:
    """Return the expression of a quantile over five minutes."""
    return f"histogram_quantile({share}, sum by (le) (rate({histogram}_bucket[5m])))"


@dataclass(frozen=True)
class Board:
    """`rows`: panels side by side, in two or more columns of equal width."""

    uid: str
    title: str
    says: str
    rows: Sequence[Sequence[Panel]]


def built(board: Board) -> models.Dashboard:
    """Return the board in Grafana's classic schema."""
    made = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.says)
        .tags(["sanban"])
        .timezone("browser")
        .refresh("1m")
        .time("now-24h", "now")
        .with_variable(
            dashboard.DatasourceVariable("datasource").type("prometheus").label("Prometheus")
        )
    )
    number = 0
    for row, panels in enumerate(board.rows):
        width = COLUMNS // len(panels)
        for column, panel in enumerate(panels):
            number += 1
            place = models.GridPos(h=HEIGHT, w=width, x=column * width, y=row * HEIGHT)
            made = made.with_panel(_graph(panel).id(number).grid_pos(place))
    return made.build()


def _graph(panel: Panel) -> timeseries.Panel:
    graph = (
        timeseries.Panel()
        .title(panel.title)
        .description(panel.says)
        .datasource(SOURCE)
        .unit(panel.unit)
        .min(0)
        # A town's events are hours apart; what was not measured must not look like a line.
        .span_nulls(False)
        .show_points(common.VisibilityMode.AUTO)
    )
    if panel.limit is not None:
        red, green = ("green", "red") if panel.low else ("red", "green")
        graph = graph.thresholds(
            dashboard.ThresholdsConfig()
            .mode(models.ThresholdsMode.ABSOLUTE)
            .steps(
                [
                    models.Threshold(value=None, color=green),
                    models.Threshold(value=panel.limit, color=red),
                ]
            )
        ).thresholds_style(builders.GraphThresholdsStyleConfig().mode(DASHED))
    for letter, (expr, legend) in zip(ascii_uppercase, panel.queries, strict=False):
        query = prometheus.Dataquery().expr(expr).legend_format(legend).ref_id(letter)
        graph = graph.with_target(query.datasource(SOURCE))
    return graph
