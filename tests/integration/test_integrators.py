"""What docs/INTEGRATORS.md tells people to type, run as it stands, ports and topics apart."""

import json
import os
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from consumers.decoding import command_events
from consumers.decoding.complaint_events import ComplaintEvent, read
from consumers.decoding.envelopes import MAX_BYTES
from consumers.decoding.unreadable import Unreadable
from domain.complaints import case_id_of
from gateways.dead_letters import KafkaDeadLetters
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Producer, ProducerOptions
from runtime.clock import utc_now
from runtime.embedded.broker import EmbeddedBroker
from runtime.jobs.publish import STRUCTURED
from schemas.events.case_commands import COMMANDED
from schemas.intake import Position, Record
from tests.integration.promises.broker import read as read_all
from tools.contracts import examples
from tools.contracts.json_schema import COMPLAINT, EVENT, schema_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "INTEGRATORS.md").read_text(encoding="utf-8")
EVENT_JSON, *MORE_JSON = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
ACT_JSON = next(text for text in MORE_JSON if COMMANDED in text)
SENDING, NUMBERING, READING = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SANBAN = ("-c", "from runtime.cli.main import main; main()")


@dataclass(frozen=True)
class Broker:
    """With topics of this test's own."""

    bootstrap: str
    complaints: str
    dead_letters: str

    def run(self, program: str) -> str:
        for documented, here in (
            ("127.0.0.1:9092", self.bootstrap),
            ("sanban.complaints", self.complaints),
            ("sanban.dead-letters", self.dead_letters),
        ):
            program = program.replace(documented, here)
        return _run(sys.executable, "-c", program)

    def publish(self, file: Path) -> str:
        return _run(
            sys.executable,
            *(*SANBAN, "publish", str(file)),
            SANBAN_KAFKA_BOOTSTRAP=self.bootstrap,
            SANBAN_COMPLAINTS_TOPIC=self.complaints,
        )

    async def records(self) -> list[Record]:
        return [_record(each) for each in await read_all(self.bootstrap, self.complaints)]


def _run(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=os.environ | environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _record(each: Any) -> Record:
    position = Position("here", each.topic, "", each.partition, each.offset)
    return Record(position, each.key, each.value, tuple(each.headers))


@pytest.fixture
async def broker(embedded_broker: EmbeddedBroker) -> Broker:
    suffix = uuid.uuid4().hex[:8]
    names = [f"complaints-{suffix}", f"dead-{suffix}"]
    here = Broker(embedded_broker.bootstrap, *names)
    await ensure_topics(here.bootstrap, [TopicSpec(name, 1) for name in names])
    return here


def decoded(records: list[Record]) -> list[ComplaintEvent]:
    return [read(record, now=utc_now()) for record in records]


async def test_the_first_event_of_the_page_is_published_and_read(
    broker: Broker, tmp_path: Path
) -> None:
    (tmp_path / "event.json").write_text(EVENT_JSON, encoding="utf-8")
    file = tmp_path / "event.json"

    judged = _run(sys.executable, *SANBAN, "lint", str(file))
    said = broker.publish(file)

    assert judged == "1 event, no mistakes\n"
    assert said.startswith("1 event sent")
    assert [event.said.complaint_id for event in decoded(await broker.records())] == ["2026-000731"]


def test_the_first_event_of_the_page_is_the_example_of_the_contract() -> None:
    shown = json.loads(EVENT_JSON)

    assert shown.items() <= examples.EVENTS["minimal"].items()


async def test_the_program_of_the_page_sends_one_event_in_both_modes(broker: Broker) -> None:
    broker.run(SENDING)

    records = await broker.records()
    one, other = decoded(records)

    assert one == other
    assert one.event_id == "2026-000732-1"
    assert {record.key for record in records} == {b"https://12345.example/hotline 2026-000732"}


async def test_the_reader_of_the_page_is_told_why_a_record_is_dead(broker: Broker) -> None:
    cut = Record(
        Position("here", broker.complaints, "", 0, 7),
        b"the key",
        EVENT_JSON[:99].encode(),
        (("content-type", b"application/cloudevents+json"),),
    )
    with pytest.raises(Unreadable) as refused:
        read(cut, now=utc_now())
    async with Producer(ProducerOptions(broker.bootstrap)) as producer:
        letters = KafkaDeadLetters(producer, utc_now, broker.dead_letters)
        await letters.put(cut, refused.value.reason, refused.value.detail)

    assert broker.run(READING) == f"not_json {refused.value.detail} b'the key'\n"


def test_the_act_of_the_page_is_the_example_of_the_contract() -> None:
    place = Position("here", "sanban.case-commands", "", 0, 0)
    case_id = json.loads(ACT_JSON)["data"]["case"]

    worked = command_events.read(Record(place, case_id.encode(), ACT_JSON.encode(), STRUCTURED))

    assert worked.event_id == "0412-progress"
    example = examples.CASE_COMMANDS["progress"]
    assert worked.tenant == example["tenant"]
    assert worked.case_id == example["case"]
    said = worked.message.model_dump(mode="json")
    assert said["act"].items() >= example["act"].items()
    assert said["actor"] == example["actor"]


def test_the_case_number_of_the_page_is_the_one_we_give() -> None:
    identity = ("youchegang", "https://12345.example/hotline", "2026-000731-1")

    assert _run(sys.executable, "-c", NUMBERING).strip() == case_id_of(*identity)


def fields_with_a_limit() -> dict[str, int]:
    complaint, event = schema_of(COMPLAINT), schema_of(EVENT)
    parts = [complaint, event, *complaint["$defs"].values()]
    return {
        name: field.get("maxLength") or field["maxItems"]
        for part in parts
        for name, field in part.get("properties", {}).items()
        if field.keys() & {"maxLength", "maxItems"}
    }


def row_of(word: str) -> str:
    table = PAGE.partition("| limit | |")[2].partition("\n\n")[0]
    return next((row for row in table.splitlines() if word in row), "")


@pytest.mark.parametrize(("name", "limit"), fields_with_a_limit().items())
def test_the_limits_of_the_page_are_those_of_the_contract(name: str, limit: int) -> None:
    if name in {"name", "media_type"}:  # nobody comes near them
        return

    assert re.search(rf"\b{limit}\b", row_of(f"`{name}`")), f"{name}: {limit}"


def test_the_largest_record_of_the_page_is_the_one_we_take() -> None:
    assert f"{MAX_BYTES} bytes" in row_of("record")
