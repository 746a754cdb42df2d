"""What a citizen is called, says, and where to call them, is said nowhere and kept sealed.

The marks are in ASCII, so that they are found in whatever encoding something is written.
"""

import json
from collections.abc import Iterator
from typing import Any

from schemas.events.case_commands import COMMANDED
from schemas.events.follow_ups import RATED, SUPPLEMENTED, WITHDRAWN
from schemas.intake import RejectReason, Reporter
from store.privacy.reporters import PostgresReporters
from tests.integration.promises import broker
from tests.integration.promises.events import TENANT, Event, envelope, event
from tests.integration.promises.searching import Marks, tables
from tests.integration.promises.test_case_commands import send
from tests.integration.promises.town import Town

NAME, PHONE = "QianZqmark", "0573-99077319"
TEXT = "WordsZqmark"
"""In what a citizen or an official says: sealed before it is kept, and no business of a log."""
PERSONAL = (NAME, PHONE, "99077319")
EVERYTHING = (*PERSONAL, TEXT)
REPORTER = {"name": f"钱{NAME}", "phone": PHONE}


def written(source: str, event_id: str, document: Any) -> Event:
    return Event(source, event_id, json.dumps(document).encode(), b"key")


def taken(source: str) -> list[Event]:
    """Sound complaints; and the first one again with other content, which is a conflict."""
    with_reporter = {"reporter": REPORTER, "text": TEXT, "place": {"address": TEXT}}
    second = event(source, "2", reporter=REPORTER | {"confidential": True}, category="garbage")
    return [
        event(source, "1", channel="hotline", **with_reporter),
        second,
        event(source, "1", channel="hotline", **with_reporter | {"text": f"{TEXT} 2"}),
        second,
    ]


def rejected(source: str) -> Iterator[Event]:
    """Everything that a publisher can get wrong about a person."""
    reporters: list[Any] = [
        {"nmae": NAME, "fone": PHONE},
        {"name": [NAME], "phone": 57399077319},
        {"phone": f"{NAME} {PHONE}"},
        {"name": NAME * 30},
        {NAME: "x", PHONE: "y"},
        {f"名 {NAME}": PHONE},
        f"{NAME}, {PHONE}",
        [REPORTER],
    ]
    for number, reporter in enumerate(reporters):
        yield event(source, f"reporter-{number}", reporter=reporter, text=TEXT)
    fields = ("tenant", "channel", "category", "urgency", "reported_at", "schema_version")
    for field in fields:
        yield event(source, f"as-{field}", **{field: f"钱 {NAME} {PHONE}"})
    yield event(source, "misspelt", reportr=REPORTER, txet=TEXT)
    yield event(source, "placed", place={"longitude": PHONE, "latitude": NAME})
    for attribute in ("type", "time", "specversion", "datacontenttype", "dataschema"):
        document = envelope(source, f"attribute-{attribute}", reporter=REPORTER)
        yield written(source, f"attribute-{attribute}", document | {attribute: f"{NAME} {PHONE}"})
    whole = json.dumps(envelope(source, "broken", reporter=REPORTER, text=TEXT)).encode()
    twice = whole.replace(b'"name"', b'"phone"')
    for value in (
        whole[:-2],
        whole + b"x",
        whole.replace(b"Qian", b"Qian\xff"),
        twice,
        b"\xef" + whole,
    ):
        yield Event(source, "broken", value, b"key")
    yield written(source, "list", [envelope(source, "list", reporter=REPORTER)])
    yield written(source, "text", f"{NAME} {PHONE} {TEXT}")
    yield written(source, "no data", envelope(source, "x") | {"data": f"{NAME} {PHONE}"})


def later(source: str, kind: str, event_id: str, complaint_id: str, **said: Any) -> Event:
    data = {"schema_version": 1, "tenant": TENANT, "complaint_id": complaint_id, **said}
    about = {"specversion": "1.0", "type": kind, "source": source, "id": event_id}
    return Event(source, event_id, json.dumps(about | {"data": data}).encode(), b"key")


def said_later(source: str) -> list[Event]:
    """To a case; wrongly; and to complaints that never come, so that it waits."""
    satisfied = {"satisfaction": "satisfied", "comment": TEXT}
    newer = envelope(source, "newer", reporter=REPORTER, text=TEXT)
    newer["data"]["schema_version"] = 2
    return [
        later(source, SUPPLEMENTED, "more-1", "1", text=TEXT),
        later(source, RATED, "rated-1", "1", **satisfied),
        later(source, SUPPLEMENTED, "more-x", "1", text=TEXT, reporter=REPORTER),
        later(source, RATED, "rated-x", "1", satisfaction=NAME, comment=[TEXT]),
        later(source, SUPPLEMENTED, "more-2", "nowhere", text=TEXT),
        later(source, WITHDRAWN, "never-2", "nowhere", reason=TEXT),
        written(source, "newer", newer),
    ]


def acts(town: Town, case_id: str) -> Iterator[Event]:
    """Done, refused, misspelt, too long for any case, and on cases that do not exist."""
    actor = {"id": "tang-ke", "role": "handler", "unit": "police-station"}
    given: list[tuple[str, dict[str, Any]]] = [
        (case_id, {"kind": "comment", "text": f"{TEXT} {NAME}"}),
        (case_id, {"kind": "resolve", "result": f"{TEXT} {PHONE}"}),
        (case_id, {"kind": "comment", "txet": TEXT}),
        (case_id, {"kind": f"{NAME}{PHONE}", "text": TEXT}),
        (case_id, {"kind": "comment", "text": TEXT * 6_000}),
        ("zzzzz-zzzzz-zzzzz", {"kind": "comment", "text": TEXT}),
    ]
    for number, (case, act) in enumerate(given):
        source = f"{town.source}/office"
        about = {"specversion": "1.0", "type": COMMANDED, "source": source, "id": f"act-{number}"}
        data = {"tenant": TENANT, "case": case, "actor": actor, "act": act}
        value = json.dumps(about | {"data": data}).encode()
        yield Event(source, f"act-{number}", value, case.encode())


def marks_in(content: bytes, marks: tuple[str, ...]) -> list[str]:
    """The lines that have one."""
    lines = content.splitlines()
    return [
        line[:300].decode(errors="replace")
        for line in lines
        if any(mark.encode() in line for mark in marks)
    ]


async def histories(town: Town) -> bytes:
    client = town.people.cases.client
    found = []
    async for run in client.list_workflows(f"TaskQueue = '{town.name}'"):
        history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
        found += [event.SerializeToString() for event in history.events]
    assert found
    return b"\n".join(found)


async def test_no_log_receipt_metric_or_answer_names_a_citizen(town: Town) -> None:
    for service in (town.intake, town.worker):
        await service.launch(
            SANBAN_LOG_LEVEL="debug", SANBAN_REJECT_CEILING="1", SANBAN_PARKED_HOURS="1"
        )
    bad, good = list(rejected(town.source)), taken(town.source)
    await town.publish(*bad[:10], *good, *bad[10:])
    await town.until_cases(2)
    await town.publish(*said_later(town.source))
    commands = list(acts(town, good[0].case_id))
    await send(town, *commands)
    number = len(bad) + len(good) + len(said_later(town.source)) + len(commands)
    outcomes = await town.until_decided(number)
    receipts = await town.until(town.receipts, lambda found: len(found) >= number)
    answers = [
        await service.ask(path)
        for service in (town.intake, town.worker)
        for path in ("/readyz", "/livez", "/metrics")
    ]
    servers = town.servers
    processes = (town.intake, town.worker, servers.postgres, servers.kafka, servers.temporal)
    decisions = await town.decisions()
    told = await broker.read(servers.kafka.bootstrap, town.receipts_topic)

    # The town did see all of it.
    assert outcomes["conflict"] == 1
    assert outcomes["parked"] == 4
    assert outcomes["rejected"] >= len(bad)
    assert {RejectReason.SCHEMA_VIOLATION, RejectReason.NOT_JSON, RejectReason.NOT_UTF8} < {
        each.reason for each in decisions
    }
    kept = await PostgresReporters(town.database).of_case(TENANT, good[0].case_id)
    assert kept == Reporter(f"钱{NAME}", PHONE, confidential=False)
    assert len(await town.dead_letters()) == outcomes["rejected"] + outcomes["conflict"]
    # And said nothing of it.
    for process in processes:
        assert marks_in(process.log.read_bytes(), EVERYTHING) == [], process.title
    assert "intake.record_decided" in town.intake.log.read_text()
    assert marks_in(json.dumps(receipts).encode(), EVERYTHING) == []
    keys = {each.key for each in bad + good + said_later(town.source) + commands}
    assert {record.key for record in told} <= keys
    assert marks_in(repr(answers).encode(), EVERYTHING) == []
    for each in decisions:
        assert marks_in(repr(each).encode() + each.detail.encode(), EVERYTHING) == []
    assert await tables(town, Marks(*EVERYTHING)) == []
    assert marks_in(await histories(town), EVERYTHING) == []
