"""The contract of commands and their decoder say the same, except for what is listed here."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.decoding.command_events import read
from consumers.decoding.envelopes import STRUCTURED
from consumers.decoding.unreadable import Unreadable
from domain.vocabulary import OVERSEERS, Role
from schemas.commands import CommandMessage
from tests.acts import ACTS, SCAN
from tests.builders import ACTORS
from tests.contract.schemas import Contract
from tests.contract.test_agreement import agree
from tests.contract.values import REMOVED, Steps, around, look_alikes, mutated, value_at, ways
from tests.fakes.commands import sent
from tools.contracts import examples
from tools.contracts.json_schema import COMMAND_EVENT

EVENT = Contract(COMMAND_EVENT)


def event_of(kind: str) -> dict[str, Any]:
    """The usual act of a kind, as an event with every field in it."""
    act, role = ACTS[kind]
    message = CommandMessage(id="x", actor=ACTORS[role], act=act)
    said = message.model_dump(mode="json")["act"]
    found: dict[str, Any] = examples.COMMAND_EVENTS["sign"]
    return found | {"data": found["data"] | {"act": said}}


def with_moments() -> list[dict[str, Any]]:
    """Acts with the moments that the usual ones leave out."""
    taken, again = event_of("progress"), event_of("hold")
    moment = "2026-11-30T08:00:00+08:00"
    taken["data"]["act"] |= {"evidence": [asdict(SCAN) | {"taken_at": moment}]}
    again["data"]["act"] |= {"again": moment}
    return [taken, again]


OURS = sorted(kind for kind, (_, role) in ACTS.items() if role is not Role.ENGINE)
EVENTS = [*examples.COMMAND_EVENTS.values(), *map(event_of, OURS), *with_moments()]


def refusal(event: Mapping[str, Any]) -> Unreadable | None:
    case = event.get("data")
    key = str(case.get("case")) if isinstance(case, dict) else "x"
    headers = {"content-type": STRUCTURED.encode()}
    try:
        read(sent(json.dumps(event).encode(), headers, key=key.encode()))
    except Unreadable as error:
        return error
    return None


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["data"]["act"]["kind"])
def test_every_act_that_the_decoder_takes_is_in_the_contract(event: dict[str, Any]) -> None:
    assert EVENT.errors(event) == []
    assert refusal(event) is None


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["data"]["act"]["kind"])
def test_contract_and_decoder_agree_on_every_spelling_in_each_field_of_an_act(
    event: dict[str, Any],
) -> None:
    act = event["data"]["act"]
    for steps in ways(act, ("data", "act")):
        if steps[2:4] == ("evidence", 0) and act["kind"] != "progress":
            continue  # the same in every act
        for value in look_alikes(value_at(event, steps)):
            changed = mutated(event, steps, value)
            agree(changed, EVENT, refusal(changed))


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    event: dict[str, Any] = draw(st.sampled_from(EVENTS))
    for _ in range(draw(st.integers(1, 2))):
        steps: Steps = draw(st.sampled_from(list(ways(event))))
        event = mutated(event, steps, draw(st.just(REMOVED) | around(event, steps)))
    return event


@given(events())
def test_contract_and_decoder_agree_on_every_command(event: dict[str, Any]) -> None:
    agree(event, EVENT, refusal(event))


@pytest.mark.parametrize("role", Role)
def test_the_contract_knows_every_role_that_acts_on_a_case(role: Role) -> None:
    sign = examples.CASE_COMMANDS["sign"]
    event = examples.COMMAND_EVENTS["sign"] | {
        "data": sign | {"actor": sign["actor"] | {"role": role.value}}
    }

    silent = role is Role.ENGINE or role in OVERSEERS

    assert bool(EVENT.errors(event)) is silent
    assert bool(refusal(event)) is silent


TEXTS = [
    (event, steps)
    for event in EVENTS
    for steps in ways(event["data"]["act"], ("data", "act"))
    if isinstance(value_at(event, steps), str) and steps[-1] != "kind"
]


@given(st.sampled_from(TEXTS), st.text(max_size=3), st.text(max_size=3))
def test_neither_takes_a_text_of_an_act_with_nul(
    place: tuple[dict[str, Any], Steps], before: str, after: str
) -> None:
    event, steps = place
    changed = mutated(event, steps, f"{before}\0{after}")

    assert EVENT.errors(changed) != []
    assert refusal(changed) is not None
