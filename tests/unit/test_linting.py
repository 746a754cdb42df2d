"""What lint says of a file is what intake would say of its records, and more of it at once."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from consumers.decoding import command_events
from consumers.decoding import complaint_events as events
from consumers.decoding.unreadable import Unreadable
from domain.policy.model import Policy
from packs import pack_of
from runtime.jobs.lint.linter import Linter, Mistake
from runtime.jobs.publish import STRUCTURED, command_key, pieces_of
from runtime.wiring.packs import load_one
from schemas.events.complaint import FILED
from schemas.events.follow_ups import SUPPLEMENTED
from schemas.events.inbound import InboundTopic
from schemas.intake import Record, RejectReason
from tests.fakes.records import NOW, SOURCE, at, data
from tests.integration.promises.unreadable import unreadable
from tools.contracts import examples
from workflows.command_limits import LONGEST

OFFICE = "https://hetang.example/office"
COMMAND = examples.COMMAND_EVENTS["progress"]


@pytest.fixture(scope="module")
def policies() -> dict[str, Policy]:
    return {"youchegang": load_one(pack_of("youchegang"))}


@pytest.fixture
def linter(policies: dict[str, Policy]) -> Linter:
    return Linter(policies, InboundTopic.COMPLAINTS, NOW)


@pytest.fixture
def of_commands(policies: dict[str, Policy]) -> Linter:
    return Linter(policies, InboundTopic.COMMANDS, NOW)


def event(body: object, **attributes: Any) -> bytes:
    """An attribute of None is left out."""
    whole = {"specversion": "1.0", "id": "1", "source": SOURCE, "type": FILED} | attributes
    given = {name: value for name, value in whole.items() if value is not None}
    return json.dumps(given | {"data": body}, ensure_ascii=False).encode()


def told(mistakes: list[Mistake]) -> list[tuple[str, RejectReason | None]]:
    return [(mistake.path, mistake.reason) for mistake in mistakes]


@pytest.mark.parametrize("name", examples.EVENTS)
def test_the_examples_of_the_contract_have_no_mistake(name: str, linter: Linter) -> None:
    document = examples.EVENTS[name]
    if document["data"]["channel"] == "patrol":
        document = document | {"source": "https://grid.example/patrol"}

    assert linter.mistakes(1, json.dumps(document, indent=1).encode()) == []


@pytest.mark.parametrize("name", examples.COMMAND_EVENTS)
def test_the_acts_of_the_contract_have_no_mistake(name: str, of_commands: Linter) -> None:
    assert of_commands.mistakes(1, json.dumps(examples.COMMAND_EVENTS[name]).encode()) == []


def why_rejected(value: bytes) -> RejectReason | None:
    """By intake, when it is sent as `sanban publish` sends it."""
    try:
        events.read(Record(at(0), b"k", value, STRUCTURED), now=NOW)
    except Unreadable as error:
        return error.reason
    return None


def test_whatever_intake_rejects_lint_finds_by_the_same_reason(linter: Linter) -> None:
    values = [bad.value for _, bad in unreadable("/town") if bad.value]
    reasons = [why_rejected(value) for value in values]
    found = [linter.mistakes(1, value) for value in values]

    assert len({*reasons}) >= 8
    assert [each[0].reason for each, reason in zip(found, reasons, strict=True) if reason] == [
        reason for reason in reasons if reason
    ]


def test_all_mistakes_of_an_event_are_told_with_what_to_do(linter: Linter) -> None:
    body = data(
        tenant="yuchegang", channel=None, chanel="hotline", text=7, a1=1, a2=2, a3=3, a4=4, a5=5
    )
    value = event(body, source=None, soruce=SOURCE, id=None, time="yesterday")

    found = linter.mistakes(4, value)

    assert told(found) == [
        ("id", RejectReason.NOT_CLOUDEVENT),
        ("source", RejectReason.NOT_CLOUDEVENT),
        ("time", RejectReason.NOT_CLOUDEVENT),
        ("data.channel", RejectReason.SCHEMA_VIOLATION),
        ("data.text", RejectReason.SCHEMA_VIOLATION),
        ("data.chanel", RejectReason.SCHEMA_VIOLATION),
        *((f"data.a{number}", RejectReason.SCHEMA_VIOLATION) for number in range(1, 6)),
        ("data.tenant", RejectReason.UNKNOWN_TENANT),
    ]
    assert {mistake.line for mistake in found} == {4}
    problems = {mistake.path: mistake.problem for mistake in found}
    assert problems["source"].endswith("; is soruce meant to be it?")
    assert problems["data.channel"] == 'is missing; add it; for example "hotline"'
    assert problems["data.chanel"].endswith("; did you mean channel?")
    assert problems["data.tenant"].endswith("; did you mean youchegang?")


def test_a_mistake_of_one_document_is_told_by_its_own_line(of_commands: Linter) -> None:
    body = COMMAND["data"] | {"act": {"kind": "progress", "noet": "x", "evidence": [{"urj": "s"}]}}
    text = json.dumps(COMMAND | {"data": body}, indent=2)
    lines = text.splitlines()

    found = of_commands.mistakes(3, text.encode())

    wrong = {mistake.path: lines[mistake.line - 3].strip() for mistake in found}
    assert wrong["data.act.noet"].startswith('"noet"')
    assert wrong["data.act.evidence[0].urj"].startswith('"urj"')
    assert wrong["data.act.note"].startswith('"act"')  # where it is missing
    assert wrong["data.act.evidence[0].uri"] == "{"
    hints = {mistake.path: mistake.problem.rpartition("; ")[2] for mistake in found}
    assert hints["data.act.noet"] == "did you mean note?"
    assert hints["data.act.evidence[0].urj"] == "did you mean uri?"


def test_a_broken_document_is_told_by_the_line_at_which_it_breaks(linter: Linter) -> None:
    text = event(data()).replace(b", ", b",\n") + b"}"

    [mistake] = linter.mistakes(1, text)

    assert mistake.reason == RejectReason.NOT_JSON
    assert mistake.line == text.count(b"\n") + 1


def test_a_type_or_version_that_nobody_reads_does_not_hide_the_rest(linter: Linter) -> None:
    value = event(data(schema_version=2, text=None), type="org.sanban.complaint.file.v1")

    found = linter.mistakes(1, value)

    assert told(found) == [
        ("type", RejectReason.UNSUPPORTED_TYPE),
        ("data.schema_version", RejectReason.UNSUPPORTED_VERSION),
        ("data.text", RejectReason.SCHEMA_VIOLATION),
    ]
    assert found[0].problem.endswith("; did you mean org.sanban.complaint.filed.v1?")


def test_no_mistake_is_told_twice(linter: Linter) -> None:
    """After a correction the event is read again, with the mistakes that are still in it."""
    found = linter.mistakes(1, event({"schema_version": 2, "tenant": "youchegang"}))
    without_source = linter.mistakes(1, event(data(), source=None))

    assert sorted(told(found)) == sorted({*told(found)})
    assert told(without_source) == [("source", RejectReason.NOT_CLOUDEVENT)]


def test_what_a_town_does_not_let_a_source_say_is_told(linter: Linter, of_commands: Linter) -> None:
    patrol = linter.mistakes(1, event(data(channel="patrol")))
    later = linter.mistakes(
        2,
        event(
            {"schema_version": 1, "tenant": "youchegang", "complaint_id": "1", "text": "x"},
            type=SUPPLEMENTED,
            source="https://stranger.example",
        ),
    )
    actor = COMMAND["data"]["actor"] | {"unit": "police-station"}
    act = of_commands.mistakes(
        3, json.dumps(COMMAND | {"data": COMMAND["data"] | {"actor": actor}}).encode()
    )

    lu_fang = COMMAND["data"]["actor"] | {"role": "unit_head"}
    head = of_commands.mistakes(
        4,
        json.dumps(COMMAND | {"id": "4", "data": COMMAND["data"] | {"actor": lu_fang}}).encode(),
    )

    assert told([*patrol, *later, *act, *head]) == [
        ("data.channel", RejectReason.SOURCE_NOT_ALLOWED),
        ("source", RejectReason.SOURCE_NOT_ALLOWED),
        ("data.actor.unit", RejectReason.SOURCE_NOT_ALLOWED),
        ("data.actor.role", RejectReason.SOURCE_NOT_ALLOWED),
    ]


def test_one_id_for_two_events_is_told_and_the_same_event_again_is_not(
    linter: Linter, of_commands: Linter
) -> None:
    commented = COMMAND["data"] | {"act": {"kind": "comment", "text": "x"}}
    other = json.dumps(COMMAND | {"data": commented}).encode()

    assert linter.mistakes(1, event(data())) == []
    assert linter.mistakes(2, event(data(), time=NOW.isoformat())) == []
    [mistake] = linter.mistakes(3, event(data(text="another")))
    assert mistake.path == "id"
    assert mistake.reason == RejectReason.IDENTITY_CONFLICT
    assert mistake.problem.startswith("the event of line 1 has this source and id")
    assert of_commands.mistakes(1, json.dumps(COMMAND).encode()) == []
    assert told(of_commands.mistakes(2, other)) == [("id", RejectReason.IDENTITY_CONFLICT)]


MARKS = ("钱秘密", "0573-99887766", "秘密的话")
SPOILT: Mapping[str, dict[str, Any]] = {
    "wrong types": {
        "reporter": {"name": [MARKS[0]], "phone": 57399887766},
        "text": {"a": MARKS[2]},
    },
    "misspelt": {"reportr": {"name": MARKS[0]}, "txet": MARKS[2]},
    "misspelt inside": {"reporter": {"nmae": MARKS[0], "fone": MARKS[1]}},
    "not of the form": {"reported_at": f"{MARKS[0]}{MARKS[1]}"},
    "as a name": {"reporter": {MARKS[0]: "x", MARKS[1]: "y"}, MARKS[2]: 1},
    "too long": {"reporter": {"name": MARKS[0] * 40}, "text": MARKS[2] * 2000},
    "elsewhere": {"channel": MARKS[0], "tenant": MARKS[1], "reported_at": MARKS[2]},
}


@pytest.mark.parametrize("changes", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("kind", [FILED, "odd"])
def test_no_value_of_an_event_is_ever_told(
    changes: dict[str, Any], kind: str, linter: Linter, *, whole: bool
) -> None:
    value = event(data(**changes), type=kind)
    found = linter.mistakes(1, value if whole else value[:-3])

    assert found
    assert [mark for mark in (*MARKS, "99887766") if mark in str(found)] == []


@pytest.mark.parametrize(
    ("note", "path", "reason"),
    [
        ("a\0b", "data.act.note", RejectReason.SCHEMA_VIOLATION),
        ("a" * 50_001, "data.act", RejectReason.COMMAND_UNFIT),
    ],
    ids=["nul", "long"],
)
def test_an_act_that_no_case_can_keep_is_told(
    note: str, path: str, reason: RejectReason, of_commands: Linter
) -> None:
    act = {"kind": "progress", "note": note}
    document = COMMAND | {"data": COMMAND["data"] | {"act": act}}

    assert told(of_commands.mistakes(1, json.dumps(document).encode())) == [(path, reason)]


def test_the_unit_that_the_roster_adds_counts_in_the_length_of_an_act(of_commands: Linter) -> None:
    said = COMMAND["data"]
    person = {"id": said["actor"]["id"], "role": said["actor"]["role"]}
    room = LONGEST - sum(map(len, person.values())) - len("progress")
    document = COMMAND | {
        "data": said | {"actor": person, "act": {"kind": "progress", "note": "a" * room}}
    }

    mistakes = of_commands.mistakes(1, json.dumps(document).encode())

    assert told(mistakes) == [("data.act", RejectReason.COMMAND_UNFIT)]


def test_commands_are_read_as_intake_reads_them() -> None:
    """The key that `sanban publish` gives a command is the one that intake wants."""
    record = Record(at(0), command_key(COMMAND), json.dumps(COMMAND).encode(), STRUCTURED)

    assert command_events.read(record).source == OFFICE


def test_a_file_is_lines_or_one_document(tmp_path: Path) -> None:
    def pieces(text: str) -> list[tuple[int, bytes]]:
        (tmp_path / "file").write_bytes(text.encode())
        return pieces_of(tmp_path / "file")

    assert pieces('{"a": 1}\r\n\n{"b": "\u2028 x"}\n') == [
        (1, b'{"a": 1}'),
        (3, '{"b": "\u2028 x"}'.encode()),
    ]
    pretty = '{\n  "a": [\n    {"b": 1}\n  ]\n}'
    assert pieces(f"\n{pretty}\n") == [(2, pretty.encode())]
    assert pieces('{"a": 1}\n{"b"\n') == [(1, b'{"a": 1}'), (2, b'{"b"')]
    assert pieces('{"b"') == [(1, b'{"b"')]
    assert pieces('{\n  "a": [\n    {"b": 1}\n  ]') == [(1, b'{\n  "a": [\n    {"b": 1}\n  ]')]
