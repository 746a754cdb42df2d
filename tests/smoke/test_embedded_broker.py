import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path

from tests.integration.promises.events import Event, event
from tests.limits import COMMAND_S
from tests.smoke.commands import Told
from tests.smoke.conftest import UpProcess


async def test_the_whole_system_on_one_machine_takes_a_complaint_from_event_to_close(
    up: UpProcess, tmp_path: Path
) -> None:
    """Temporal, the embedded broker and PostgreSQL, as `sanban up` starts them."""
    first, second = (
        event("/demo/smoke", "first"),
        event("/demo/smoke", "second", category="road-damage"),
    )
    file = lines(tmp_path, first, second, first)
    record = tmp_path / "record.pdf"
    record.write_text("%PDF-1.4\nwhat was said at the door")
    sent = await up.type("publish", str(file), "--wait")
    for each in (first, second):
        await until(up, lambda told: told.code == 0, "cases", "show", each.case_id)
    steps = [
        await up.type("cases", "act", first.case_id, *words, "--as", person)
        for person, *words in (
            ("tang-ke", "sign"),
            ("tang-ke", "resolve", "result=劝导后已安静", f"evidence={record}"),
            ("xie-bin", "verify", "passed=true", "note=现场已看"),
        )
    ]
    listed, shown, explained, audited = await asyncio.gather(
        up.type("cases", "list"),
        up.type("cases", "show", first.case_id[:9]),
        up.type("cases", "explain", second.case_id),
        up.type("audit", "verify"),
    )
    _, numbers = await up.ask("/metrics")

    assert sent.code == 0
    assert sent.complaint == ""
    assert sorted(sent.output.splitlines()) == [
        f"{file}:1: accepted case {first.case_id}",
        f"{file}:2: accepted case {second.case_id}",
        f"{file}:3: duplicate case {first.case_id}",
        "3 events sent to sanban.complaints",
    ]
    assert [told.code for told in steps] == [0, 0, 0]
    assert f"{first.case_id} is closed" in steps[-1].output
    assert second.case_id in listed.output
    assert first.case_id not in listed.output
    assert "closed" in shown.output
    assert "if no one acts" in explained.output
    assert audited.code == 0
    assert audited.output[-10:] == " 0 broken\n"
    assert 'sanban_relay_rows_total{outcome="told"}' in numbers
    assert "sanban_checkpoint_leads 1.0" in numbers
    assert (up.home / "checkpoints.key").stat().st_mode & 0o777 == 0o600


async def test_it_is_ready_and_says_how_each_of_its_services_does(up: UpProcess) -> None:
    """As `sanban relay`, `sanban notify` and `sanban audit checkpoint run` do alone."""
    wanted = {
        "relay": "tells",
        "notify": "tells people",
        "checkpoints": "takes checkpoints",
        "task queue": "a worker polls sanban",
        "clients": "2 have a token",
        "contacts": "120 people of the rosters have no address",
    }
    deadline = time.monotonic() + 60
    while True:
        status, body = await up.ask("/readyz")
        answer = json.loads(body)
        notes = {name: note.partition(";")[0] for name, note in answer["notes"].items()}
        # What it says of holidays depends on the day on which this test runs.
        notes.pop("calendar", None)
        if notes == wanted or time.monotonic() > deadline:
            break
        await asyncio.sleep(0.1)

    assert notes == wanted
    assert status == 200
    assert answer["reasons"] == {}


def lines(directory: Path, *events: Event) -> Path:
    """A file as `sanban publish` takes it."""
    path = directory / "events.jsonl"
    path.write_bytes(b"\n".join(each.value or b"" for each in events))
    return path


async def until(up: UpProcess, holds: Callable[[Told], bool], *words: str) -> Told:
    deadline = time.monotonic() + COMMAND_S
    while not holds(told := await up.type(*words)):
        assert time.monotonic() < deadline, f"{told}\n{up.log_tail()}"
    return told
