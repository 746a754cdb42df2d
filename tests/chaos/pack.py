"""The shipped town in a hurry: its clocks run out within minutes, by day and by night."""

import json
from pathlib import Path
from typing import Any

from store.packs.yaml_files import read_yaml
from tests.fakes.open_town import open_to_all

BUDGETS = {"citizen": "4min", "holder": "2min"}
"""Of the clocks that have more than a minute."""
SHARE = 0.3
"""Of the share of a clock that the shipped rung waits for: some rungs fire within seconds."""
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CALENDAR = {
    "id": "always",
    "published_until": "2099-12-31",
    "week": {day: ["00:00-24:00"] for day in WEEK},
}

Document = dict[str, Any]


def hurried(directory: Path) -> Path:
    """Write the pack to disk. It takes every source, and a few reports of one place are a surge."""
    pack = open_to_all(directory)
    for name, hurry in (
        ("levels", _levels),
        ("ladders", _ladders),
        ("parts", _parts),
        ("policy", _policy),
        ("notices", _notices),
    ):
        path = pack / f"{name}.yaml"
        document: Any = read_yaml(path.read_bytes()).value
        hurry(document)
        _write(path, document)
    _write(pack / "calendar.yaml", CALENDAR)
    return pack


def _write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False))  # which is YAML as well


def _levels(document: Document) -> None:
    for level in document["levels"]:
        for name, clock in level["clocks"].items():
            clock["budget"] = BUDGETS.get(name, "1min")


def _ladders(document: Document) -> None:
    for ladder in document["ladders"]:
        minutes = 0
        for rung in ladder["rungs"]:
            if "share" in rung:
                rung["share"] = int(rung["share"] * SHARE)
            else:
                minutes += 1
                rung["after"] = f"{minutes}min"


def _parts(document: Document) -> None:
    for rule in document["parts"]:
        rule |= {name: "1min" for name in ("budget", "then") if name in rule}
        rule.pop("ahead", None)


def _policy(document: Document) -> None:
    document["surge"] = {"at_least": 4, "within": "2h", "score": 75}


def _notices(document: Document) -> None:
    """Make rules without quiet hours and almost without a limit for each hour."""
    del document["quiet"]
    document["an_hour"] = 1000
