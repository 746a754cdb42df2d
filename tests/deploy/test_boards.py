"""Boards of Grafana: importable, and each of their panels asks for metrics that exist."""

import json
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.programs import DEPLOY, ROOT
from tests.deploy.promql import named, unknown
from tests.deploy.test_alerts import ALERTS
from tests.limits import COMMAND_S

FILES = sorted((DEPLOY / "grafana").glob("*.json"))
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
NEWER = ("apiVersion", "kind", "spec", "elements", "layout")
"""What the schema of Grafana 12 has at its top: older Grafanas answer 422."""


def board(file: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(file.read_text())
    return read


PANELS = [
    pytest.param(panel, id=f"{file.stem}: {panel['title']}")
    for file in FILES
    for panel in board(file)["panels"]
]


def test_the_files_are_as_written() -> None:
    words = [sys.executable, "deploy/grafana/boards.py", "--check"]
    done = subprocess.run(
        words, cwd=ROOT, check=False, capture_output=True, text=True, timeout=COMMAND_S
    )

    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_board_has_the_classic_schema(file: Path) -> None:
    found = board(file)

    assert [word for word in NEWER if word in found] == []
    assert isinstance(found["schemaVersion"], int)
    assert found["uid"] == file.stem


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_its_data_source_is_a_variable(file: Path) -> None:
    [variable] = board(file)["templating"]["list"]

    assert variable["name"] == "datasource"
    assert variable["query"] == "prometheus"
    assert variable.get("current") != {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_two_panels_have_one_id(file: Path) -> None:
    ids = [panel["id"] for panel in board(file)["panels"]]

    assert sorted(ids) == sorted({*ids})


def test_no_two_boards_have_one_uid() -> None:
    uids = [board(file)["uid"] for file in FILES]

    assert len({*uids}) == len(uids)


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_is_inside_the_grid(panel: dict[str, Any]) -> None:
    place = panel["gridPos"]

    assert 0 <= place["x"] < place["x"] + place["w"] <= 24
    assert place["h"] > 0


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_two_panels_lie_on_each_other(file: Path) -> None:
    places = [panel["gridPos"] for panel in board(file)["panels"]]

    assert [pair for pair in combinations(places, 2) if _overlap(*pair)] == []


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    return all(
        one[at] < other[at] + other[length] and other[at] < one[at] + one[length]
        for at, length in (("x", "w"), ("y", "h"))
    )


@pytest.mark.parametrize("panel", PANELS)
def test_every_expression_names_what_is_in_the_docs(panel: dict[str, Any]) -> None:
    assert panel["targets"] != []
    for target in panel["targets"]:
        assert unknown(target["expr"], {}) == []


@pytest.mark.parametrize("panel", PANELS)
def test_every_query_asks_the_chosen_source(panel: dict[str, Any]) -> None:
    assert [each["datasource"] for each in (panel, *panel["targets"])] == [
        SOURCE,
        *(SOURCE for _ in panel["targets"]),
    ]
    letters = [target["refId"] for target in panel["targets"]]
    assert letters == [*"ABCDEFGH"[: len(letters)]]


def test_an_open_bracket_is_refused() -> None:
    with pytest.raises(ValueError, match="unclosed"):
        named("sum(rate(sanban_notices_total[5m])")


def test_what_an_alert_measures_is_on_a_board() -> None:
    """A person who is called at night looks at a board first."""
    shown = {
        each.metric
        for file in FILES
        for panel in board(file)["panels"]
        for target in panel["targets"]
        for each in named(target["expr"])
    }
    measured = {each.metric for alert in ALERTS for each in named(alert.expr)}

    assert {each for each in measured - shown if each.startswith("sanban_")} == UNSEEN


UNSEEN = {
    "sanban_calendar_law_days_left",  # moves by a day each day; the alert says how many
    "sanban_checkpoint_contradicted",  # an alarm, no curve
    "sanban_intake_offsets_skipped_total",
    "sanban_leases_lost_total",
}
