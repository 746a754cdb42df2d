"""The contracts of what a source says later and their decoder say the same."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.events.inbound import INBOUND
from tests.contract.schemas import Contract
from tests.contract.test_agreement import agree, refusal
from tests.contract.values import REMOVED, Steps, around, look_alikes, mutated, value_at, ways
from tools.contracts import examples
from tools.contracts.json_schema import files_of

ALL = [
    (kind, steps)
    for kind, event in sorted(examples.LATER.items())
    for steps in ways(event)
    if steps != ("type",)  # by another type it is another event
]


def contract_of(kind: str) -> str:
    return files_of(INBOUND[examples.LATER[kind]["type"]]).event


@pytest.mark.parametrize("kind", examples.LATER)
def test_the_example_is_read(kind: str) -> None:
    assert refusal(examples.LATER[kind]) is None


@pytest.mark.parametrize(("kind", "steps"), ALL, ids=lambda x: "/".join(map(str, x)))
@pytest.mark.parametrize("value", [REMOVED, None, "", " ", 0, True, [], {}], ids=repr)
def test_contract_and_decoder_agree_on_each_field(kind: str, steps: Steps, value: object) -> None:
    event = mutated(examples.LATER[kind], steps, value)

    agree(event, Contract(contract_of(kind)), refusal(event))


@pytest.mark.parametrize(("kind", "steps"), ALL, ids=lambda x: "/".join(map(str, x)))
def test_contract_and_decoder_agree_on_every_spelling_in_each_field(
    kind: str, steps: Steps
) -> None:
    for value in look_alikes(value_at(examples.LATER[kind], steps)):
        event = mutated(examples.LATER[kind], steps, value)
        agree(event, Contract(contract_of(kind)), refusal(event))


@st.composite
def events(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    kind, steps = draw(st.sampled_from(ALL))
    return kind, mutated(
        examples.LATER[kind], steps, draw(st.just(REMOVED) | around(examples.LATER[kind], steps))
    )


@given(events())
def test_contract_and_decoder_agree_on_every_event(drawn: tuple[str, dict[str, Any]]) -> None:
    kind, event = drawn
    agree(event, Contract(contract_of(kind)), refusal(event))
