"""A text of which nobody sees anything is empty, and a name has no control characters."""

import json

import pytest
from pydantic import ValidationError

from consumers.decoding import command_events, complaint_events
from consumers.decoding.envelopes import STRUCTURED
from consumers.decoding.unreadable import Unreadable
from domain.case.commands import Actor
from domain.case.dispatch.acts import Return
from domain.case.rectification.acts import OrderRectification
from domain.vocabulary import Role
from runtime.cli.act_arguments import message_for
from schemas.packs.policy import UnitEntry
from schemas.packs.roster import PersonEntry
from schemas.texts import emptied, is_invisible
from tests.contract.schemas import Contract
from tests.fakes.records import NOW, record
from tools.contracts import examples

UNSEEN = ["\u200b", "\u2060\ufeff", " \u3164 ", "\u202e\u202c", "\x1b\x07", "\U000e0041", "\u2800"]
CONTROLS = {
    "a\nb": "U+000A",
    "a\x1b[31mb": "U+001B",
    "a\x7f": "U+007F",
    "a\x9bb": "U+009B",
    "a\u202eb": "U+202E",
    "a\u2066b": "U+2066",
    "a\u200fb": "U+200F",
    "a\u061cb": "U+061C",
    "a\u2028b": "U+2028",
}


def refusal(event: dict[str, object]) -> str:
    value = json.dumps(event).encode()
    try:
        complaint_events.read(record(value, {"content-type": STRUCTURED.encode()}), now=NOW)
    except Unreadable as error:
        return error.detail
    return ""


def spoilt(name: str, text: str, example: str = "routed") -> dict[str, object]:
    event = examples.EVENTS[example]
    return {**event, "data": {**event["data"], name: text}}


@pytest.mark.parametrize("text", UNSEEN)
def test_a_complaint_of_which_nobody_sees_anything_is_refused(text: str) -> None:
    event = spoilt("text", text)

    assert "data.text: has only characters that nobody can see" in refusal(event)
    assert Contract("complaint.filed.v1.schema.json").errors(event["data"])


@pytest.mark.parametrize("text", CONTROLS)
def test_a_complaint_id_with_a_control_character_is_refused_and_named(text: str) -> None:
    event = spoilt("complaint_id", text)

    assert f"data.complaint_id: contains a control character {CONTROLS[text]}" in refusal(event)
    assert Contract("complaint.filed.v1.schema.json").errors(event["data"])


@pytest.mark.parametrize("text", CONTROLS)
def test_a_complaint_may_say_what_a_name_may_not(text: str) -> None:
    event = spoilt("text", text)

    assert refusal(event) == ""
    assert not Contract("complaint.filed.v1.schema.json").errors(event["data"])


@pytest.mark.parametrize("text", CONTROLS)
def test_an_actor_with_a_control_character_is_refused_and_named(text: str) -> None:
    event = examples.COMMAND_EVENTS["sign"]
    data = {**event["data"], "actor": {**event["data"]["actor"], "id": text}}
    value = json.dumps({**event, "data": data}).encode()
    sent = record(value, {"content-type": STRUCTURED.encode()}, key=data["case"].encode())

    with pytest.raises(Unreadable) as refused:
        command_events.read(sent)

    assert f"data.actor.id: contains a control character {CONTROLS[text]}" in refused.value.detail
    assert Contract("case.command.v1.schema.json").errors(data)


@pytest.mark.parametrize("text", CONTROLS)
def test_a_pack_has_no_control_characters_in_its_names(text: str) -> None:
    with pytest.raises(ValidationError, match=CONTROLS[text].replace("+", r"\+")):
        UnitEntry(id="water", name=text, name_en="Water")
    with pytest.raises(ValidationError, match=CONTROLS[text].replace("+", r"\+")):
        PersonEntry(id="lu", name=text, unit="water", roles=(Role.HANDLER,))


@pytest.mark.parametrize("text", UNSEEN)
def test_a_command_that_says_nothing_to_be_seen_says_nothing(text: str) -> None:
    assert is_invisible(text)
    assert emptied(Return(reason=text)) == Return(reason="")
    assert emptied(Return(reason=f"{text}a")) == Return(reason=f"{text}a")

    typed = message_for("return", [f"reason={text}"], Actor("lu", Role.HANDLER, "water"), "one")

    assert typed.act == Return(reason="")


def test_every_text_of_a_list_counts_for_itself() -> None:
    act = OrderRectification(whom="shop", items=("Clear the drain.", "\u200b"))

    assert emptied(act).items == ("Clear the drain.", "")
