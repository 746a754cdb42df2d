"""`sanban publish --wait`: an integrator sees what became of each event, on real servers."""

import asyncio
import json
from pathlib import Path
from typing import Any

from schemas.events.case_commands import COMMANDED
from schemas.events.follow_ups import SUPPLEMENTED
from tests.integration.promises.events import TENANT, envelope, event
from tests.integration.promises.town import Town
from tests.smoke.commands import Told, sanban


def file_of(town: Town, *documents: dict[str, Any], name: str = "events.jsonl") -> Path:
    file = town.directory / name
    file.write_text("".join(f"{json.dumps(document)}\n" for document in documents))
    return file


async def publish(town: Town, file: Path, *words: str) -> Told:
    return await sanban("publish", str(file), "--wait", *words, **town.environment)


def supplement(town: Town, complaint_id: str) -> dict[str, Any]:
    said = {"schema_version": 1, "tenant": TENANT, "complaint_id": complaint_id, "text": "还有一处"}
    about = {"specversion": "1.0", "type": SUPPLEMENTED, "source": town.source}
    return about | {"id": f"more-{complaint_id}", "data": said}


async def test_each_event_has_its_line_and_a_useless_one_fails_the_command(town: Town) -> None:
    await town.start()
    sound = envelope(town.source, "1")
    file = file_of(
        town,
        sound,
        sound,
        envelope(town.source, "1", text="别的事"),
        envelope(town.source, "2", chanel="hotline"),
        supplement(town, "nobody-filed-it"),
    )

    told = await publish(town, file)

    assert told.code == 1
    assert told.complaint == ""
    case_id = event(town.source, "1").case_id
    first, *lines = told.output.splitlines()
    assert first == f"5 events sent to {town.topic}"
    found = dict(line.removeprefix(f"{file}:").split(": ", 1) for line in lines)
    assert found.keys() == {"1", "2", "3", "4", "5"}
    assert found["1"] == f"accepted case {case_id}"
    assert found["2"] == f"duplicate case {case_id}"
    assert found["3"].startswith("conflict identity_conflict: an event with this source and id ")
    assert found["4"].startswith("rejected schema_violation: data.chanel: is not a field")
    assert found["5"].startswith("parked before_complaint: data.complaint_id: ")


async def test_what_only_waits_fails_nothing(town: Town) -> None:
    await town.start()
    rejected = file_of(town, envelope(town.source, "0", text=7))
    assert (await publish(town, rejected)).code == 1

    alone = await publish(town, file_of(town, supplement(town, "later")))
    whole = town.directory / "event.json"
    whole.write_text(json.dumps(envelope(town.source, "later"), indent=2, ensure_ascii=False))
    after = await publish(town, whole)

    assert alone.code == 0
    assert after.code == 0
    assert "parked before_complaint" in alone.output
    case_id = event(town.source, "later").case_id
    assert after.output == (f"1 event sent to {town.topic}\n{whole}:1: accepted case {case_id}\n")


async def test_acts_on_cases_are_published_under_the_number_of_their_case(town: Town) -> None:
    await town.start()
    filed = await publish(town, file_of(town, envelope(town.source, "1")))
    assert filed.code == 0
    case_id = event(town.source, "1").case_id
    about = {"specversion": "1.0", "type": COMMANDED, "source": f"{town.source}/office"}
    said = {
        "tenant": TENANT,
        "case": case_id,
        "actor": {"id": "jin-yi", "role": "dispatcher", "unit": "platform"},
        "act": {"kind": "comment", "text": "看过"},
    }
    comment = about | {"id": "1", "data": said}
    sign = about | {"id": "2", "data": said | {"act": {"kind": "sign"}}}

    told = await publish(town, file_of(town, comment, sign), "--topic", "commands")

    assert told.code == 1
    lines = sorted(told.output.splitlines()[1:])
    assert lines[0].endswith(f":1: accepted case {case_id}")
    assert f":2: rejected command_refused case {case_id}: " in lines[1]


async def test_nobody_waits_longer_than_they_said(town: Town) -> None:
    """No intake runs. What was sent is decided all the same, once there is one."""
    file = file_of(town, envelope(town.source, "1"), envelope(town.source, "2"))

    told, only_sent = await asyncio.gather(
        publish(town, file, "--timeout", "2"),
        sanban("publish", str(file), **town.environment),
    )

    assert told.code == 3
    assert only_sent.code == 0
    assert told.complaint.startswith(
        f"sanban: 2 of 2 events have no receipt after 2 s: {file}, line 1, 2 -- the broker has them"
    )
    await town.start()
    await town.until_cases(2)


async def test_a_topic_of_receipts_that_is_missing_is_told_before_anything_is_sent(
    town: Town,
) -> None:
    file = file_of(town, envelope(town.source, "1"))
    elsewhere = {**town.environment, "SANBAN_RECEIPTS_TOPIC": f"{town.name}.nowhere"}

    told = await sanban("publish", str(file), "--wait", **elsewhere)

    assert told.code == 2
    assert (
        f"there is no topic {town.name}.nowhere -- `sanban prepare --create` makes it"
        in told.complaint
    )
    assert await town.records() == set()
