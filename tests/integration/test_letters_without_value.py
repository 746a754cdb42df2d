"""A letter that had to leave its value out is shown, and sent again, from the original record."""

from collections.abc import AsyncIterator

import pytest

from gateways.kafka.producer import Producer
from runtime.jobs.dead_letters import REPLAY_OF, Lost, Sent
from store.connection import Database
from store.intake.dead_letter_states import LetterState
from tests.fakes.kafka_topics import delete_all, read
from tests.integration.office import HEADERS, Office, open_office


@pytest.fixture
async def office(
    database: Database, bootstrap: str, topic: str, producer: Producer
) -> AsyncIterator[Office]:
    async with open_office(database, bootstrap, topic, producer, largest=64 * 1024) as opened:
        yield opened


async def test_of_a_letter_without_its_value_the_original_is_sent_again(office: Office) -> None:
    value = b"v" * 100_000
    buried = await office.bury(value)
    [letter] = await office.letters()
    shown = await office.bench.bytes_of(letter)
    [sent] = await office.replay(letter)
    [_, again] = await read(office.bootstrap, office.topic, 2)

    assert shown.value == value
    assert isinstance(sent, Sent)
    assert again.value == value
    assert again.key == buried.key
    assert again.headers == (*HEADERS, (REPLAY_OF, f"{office.topic}/0/0".encode()))


async def test_a_letter_whose_original_is_gone_stays_open_and_says_so(office: Office) -> None:
    await office.bury(b"v" * 100_000)
    await delete_all(office.bootstrap, office.topic)
    [letter] = await office.letters()
    [lost] = await office.replay(letter)

    assert isinstance(lost, Lost)
    assert "the letter has no value" in lost.why
    assert "the broker has deleted it" in lost.why
    assert [letter] == await office.letters(LetterState.OPEN)
