"""docs/contracts/ says what the models say, and what is really sent follows it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from packs import day_of
from runtime.cli.demo.story import event_of, load_story
from runtime.jobs.publish import complaint_key
from runtime.settings import Settings
from schemas.journal import body_of
from tests.contract.decisions import decisions, of_further_kinds
from tests.contract.schemas import FOLDER, ROOT, Contract, read
from tools.contracts import examples
from tools.contracts.__main__ import differences, texts, write
from tools.contracts.asyncapi import FILE, asyncapi
from tools.contracts.json_schema import (
    ANSWER,
    BODY,
    COMMAND,
    COMPLAINT,
    EVENT,
    EXAMPLES,
    MODELS,
)
from tools.contracts.yaml_text import yaml_text

STORY = load_story(day_of("youchegang"))
PARTS = read(COMPLAINT)["$defs"]
FIELDS = {
    f"{path}/properties/{name}": field
    for path, part in [("", read(COMPLAINT)), *((f"/$defs/{key}", PARTS[key]) for key in PARTS)]
    for name, field in part.get("properties", {}).items()
}


def test_the_contracts_are_what_the_models_say() -> None:
    """Otherwise a model was changed: run `make schemas`, and read in the diff what it means."""
    assert differences(FOLDER) == []


def test_the_check_names_what_differs_and_what_to_do(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / COMMAND).write_text("{}")
    (tmp_path / "gone.schema.json").write_text("{}")
    (tmp_path / ANSWER).unlink()

    assert differences(tmp_path) == sorted([ANSWER, COMMAND, "gone.schema.json"])

    write(tmp_path)

    assert differences(tmp_path) == []


def test_the_check_can_be_run_by_hand() -> None:
    command = [sys.executable, "-m", "tools.contracts", "--check"]

    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_generating_twice_gives_the_same_bytes() -> None:
    assert texts() == texts()


@pytest.mark.parametrize("path", FIELDS)
def test_every_field_of_a_complaint_has_a_title_a_meaning_and_an_example(path: str) -> None:
    field = FIELDS[path]
    referred = PARTS.get(field.get("$ref", "").rpartition("/")[2], {})

    assert (referred | field)["title"]
    assert field["description"]
    assert len(field["examples"]) >= 1


@pytest.mark.parametrize("path", FIELDS)
def test_every_example_of_a_field_is_allowed(path: str) -> None:
    for example in FIELDS[path]["examples"]:
        assert Contract(COMPLAINT, path).errors(example) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_of_a_contract_follows_it(name: str) -> None:
    shown = read(name)["examples"]

    assert shown == list(EXAMPLES[name])
    for example in shown:
        assert Contract(name).errors(example) == []


@pytest.mark.parametrize("scene", STORY.scenes, ids=lambda scene: scene.data["text"])
def test_every_event_of_the_demo_follows_the_contract(scene: Any) -> None:
    event = event_of(STORY, "demo-1", scene, datetime(2026, 11, 24, 8, tzinfo=UTC))

    assert Contract(EVENT).errors(event) == []


@cache
def bodies() -> set[bytes]:
    """Of the further decisions only what is of a kind that no other has: there are thousands."""
    events = [event for decision in decisions() for event in decision.events]
    kinds = {event.fact.kind for event in events}
    further = [event for decision in of_further_kinds() for event in decision.events]
    events += [event for event in further if event.fact.kind not in kinds]
    return {body_of("a-case", event) for event in events}


def test_every_row_of_the_journal_follows_the_contract() -> None:
    rows = [json.loads(body) for body in bodies()]

    assert [error.message for row in rows for error in Contract(BODY).errors(row)] == []


def test_the_rows_looked_at_are_of_every_kind() -> None:
    """Otherwise a new kind of event has a contract that nothing was held against."""
    kinds = {json.loads(body)["fact"]["kind"] for body in bodies()}

    assert kinds == set(read(BODY)["properties"]["fact"]["discriminator"]["mapping"])


@pytest.mark.parametrize("change", [{"kind": "gone"}, {"kind": None}])
def test_a_row_of_no_known_kind_breaks_the_contract(change: dict[str, object]) -> None:
    row = json.loads(min(bodies()))

    assert Contract(BODY).errors(row | {"fact": row["fact"] | change})


def test_an_act_without_its_kind_breaks_the_contract() -> None:
    act = {"text": "A comment, or is it?"}

    assert Contract(COMMAND).errors(examples.COMMAND | {"act": act})


def test_commands_and_answers_of_the_contract_are_taken() -> None:
    for name in (COMMAND, ANSWER):
        for example in EXAMPLES[name]:
            MODELS[name].model_validate_json(json.dumps(example))


# --- AsyncAPI.

DOCUMENT: dict[str, Any] = yaml.safe_load((FOLDER / FILE).read_text(encoding="utf-8"))


def test_the_asyncapi_document_is_yaml_that_says_what_we_mean() -> None:
    assert json.dumps(asyncapi()) == json.dumps(DOCUMENT)


# YAML has no way to write some characters as they are, and we use none of them.
PRINTABLE = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"])
TEXTS = st.text(PRINTABLE, max_size=12) | st.sampled_from(
    ["no", "NULL", "1", "1.0", "a: b", "- a", "#", "$ref", "./a.json", " a", "a\nb", "~", ".inf"]
)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXTS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    )
)
def test_yaml_text_is_read_as_what_was_written(value: object) -> None:
    assert yaml.safe_load(yaml_text({"value": value})) == {"value": value}


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    if isinstance(value, list):
        for item in value:
            yield from references(item)


def test_every_reference_of_the_document_leads_somewhere() -> None:
    for reference in references(DOCUMENT):
        file, _, path = reference.partition("#")
        found: Any = read(file) if file else DOCUMENT
        for step in path.strip("/").split("/") if path else ():
            found = found[step]


def test_the_document_names_the_topics_of_the_settings() -> None:
    addresses = {channel["address"] for channel in DOCUMENT["channels"].values()}
    settings = Settings.model_fields

    assert addresses == {
        settings["complaints_topic"].default,
        settings["case_commands_topic"].default,
        settings["dead_letters_topic"].default,
        settings["receipts_topic"].default,
        settings["case_events_topic"].default,
        settings["checkpoints_topic"].default,
        "sanban.order-replies",  # a town that has superiors names it
    }


@pytest.mark.parametrize(
    "message", ["filedBinary", "filedStructured", "commandBinary", "commandStructured"]
)
def test_the_examples_of_the_document_follow_its_schemas(message: str) -> None:
    shown = DOCUMENT["components"]["messages"][message]
    payload = Contract(shown["payload"]["$ref"].removeprefix("./"))

    assert len(shown["examples"]) >= 1
    for example in shown["examples"]:
        assert payload.errors(example["payload"]) == []
        if message.endswith("Binary"):
            headers = Contract(shown["headers"]["$ref"].removeprefix("./"))
            assert headers.errors(example["headers"]) == []


def test_the_key_of_the_document_is_the_one_that_publish_gives() -> None:
    key = DOCUMENT["components"]["messages"]["filedStructured"]["bindings"]["kafka"]["key"]

    assert key["examples"] == [complaint_key(examples.EVENTS["minimal"]).decode()]
