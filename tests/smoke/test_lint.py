"""`sanban lint` as an integrator and their CI type it: no server, nothing set."""

import json
import subprocess
import sys
from pathlib import Path

from tests.smoke.commands import sanban
from tools.contracts import examples

SOUND = examples.EVENTS["routed"]
ROOT = Path(__file__).parents[2]


def misspelt() -> dict[str, object]:
    data = {name: value for name, value in SOUND["data"].items() if name != "channel"}
    return SOUND | {"id": "2", "data": data | {"chanel": "hotline"}}


async def test_a_file_without_a_mistake_ends_well(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(SOUND, indent=2))

    told = await sanban("lint", str(file))

    assert told.code == 0
    assert told.output == "1 event, no mistakes\n"
    assert told.complaint == ""


async def test_mistakes_are_told_a_line_each_and_fail(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(f"{json.dumps(SOUND)}\n{json.dumps(misspelt())}\n")

    told, machine = await sanban("lint", str(file)), await sanban("lint", "--json", str(file))

    assert told.code == 1
    assert told.complaint == ""
    assert told.output.splitlines() == [
        f'{file}:2: data.channel: schema_violation: is missing; add it; for example "hotline"',
        (
            f"{file}:2: data.chanel: schema_violation: is not a field of the schema; "
            "remove it or check its spelling; did you mean channel?"
        ),
        "2 events, 1 with 2 mistakes",
    ]
    assert machine.code == 1
    document = json.loads(machine.output)
    assert document["events"] == 2
    assert [(each["line"], each["path"]) for each in document["mistakes"]] == [
        (2, "data.channel"),
        (2, "data.chanel"),
    ]


async def test_a_remark_is_a_line_and_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    place = SOUND["data"]["place"] | {"grid": "g01"}
    file.write_text(json.dumps(SOUND | {"data": SOUND["data"] | {"place": place}}))

    told, machine = await sanban("lint", str(file)), await sanban("lint", "--json", str(file))

    assert told.code == 0
    [remark, count] = told.output.splitlines()
    assert remark.startswith(f"{file}:1: data.place.grid: remark: is no grid of this tenant; ")
    assert remark.endswith("; did you mean G01?")
    assert count == "1 event, no mistakes"
    document = json.loads(machine.output)
    assert document["mistakes"] == []
    assert [each["path"] for each in document["remarks"]] == ["data.place.grid"]


async def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    nowhere, empty = await sanban("lint", "nowhere"), await sanban("lint", str(tmp_path / "empty"))

    assert nowhere.code == 2
    assert empty.code == 2
    assert nowhere.complaint.startswith("sanban: cannot read nowhere: ")
    assert empty.complaint.startswith(f"sanban: {tmp_path}/empty has no events -- ")


def test_events_are_read_from_a_pipe() -> None:
    command = json.dumps(examples.COMMAND_EVENTS["sign"])

    done = subprocess.run(
        [sys.executable, "-m", "runtime", "lint", "--topic", "commands", "-"],
        input=command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert done.returncode == 0
    assert done.stdout == "1 event, no mistakes\n"
