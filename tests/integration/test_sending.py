"""Messages on their way to a mail server and a webhook, which take them, refuse or say nothing."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest

from domain.case.notices.acts import Failure
from domain.notifications.rendering import RenderedNotice
from gateways.notices import FIELD, HEADER, Senders
from runtime.embedded.ports import LOOPBACK, free_port
from tests.servers.mailbox import Mailbox, mailbox, words
from tests.servers.webhook import Webhook, webhook

SAID = RenderedNotice(
    "【催办】7kq2m 办理", "案件 7kq2m（<垃圾> & 废品）现由城管承办。\n请立即办理。"
)
ID = "7kq2m/4/li"


@pytest.fixture
def senders() -> Iterator[Senders]:
    made = Senders()
    yield made
    made.close()


@pytest.fixture
async def hook() -> AsyncIterator[Webhook]:
    async with webhook() as made:
        yield made


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with mailbox() as made:
        yield made


async def test_a_webhook_gets_the_words_and_the_id_of_the_message(
    senders: Senders, hook: Webhook
) -> None:
    assert await senders.send(hook.address(), SAID, ID) is None

    [taken], [headers] = hook.taken, hook.headers
    assert taken["title"] == SAID.title
    assert taken["message"] == SAID.text
    assert taken[FIELD] == ID
    assert headers[HEADER.lower()] == ID


async def test_a_mail_has_the_words_as_they_are_and_the_id(senders: Senders, box: Mailbox) -> None:
    assert await senders.send(box.address("li@example.org"), SAID, ID) is None

    [letter] = box.to("li@example.org")
    assert letter["Subject"] == SAID.title
    assert letter[HEADER] == ID
    assert words(letter) == SAID.text


async def test_what_is_refused_or_cannot_be_reached_is_not_taken(
    senders: Senders, hook: Webhook
) -> None:
    hook.status = 503
    nobody = f"{LOOPBACK}:{free_port()}"

    answers = [
        await senders.send(address, SAID, ID)
        for address in (
            hook.address(),
            f"json://{nobody}",
            f"mailto://{nobody}?from=a@example.org&to=b@example.org&mode=insecure",
        )
    ]

    assert answers == [Failure.NOT_TAKEN] * 3
    assert hook.tries == 1
    assert hook.taken == []


async def test_what_says_nothing_is_not_waited_for_for_ever(hook: Webhook) -> None:
    hook.status = 0
    senders = Senders(seconds_to_send=0.2)

    answer = await senders.send(hook.address(), SAID, ID)

    senders.close()
    assert answer is Failure.NO_ANSWER


async def test_what_is_slow_is_waited_for_lest_it_be_sent_again(
    senders: Senders, hook: Webhook
) -> None:
    """apprise alone would turn away after the tenth of a second that is given here."""
    hook.slow = 0.4

    assert await senders.send(hook.address("?rto=0.1"), SAID, ID) is None


async def test_what_is_no_address_is_a_bad_one(senders: Senders) -> None:
    for address in ("pigeon://roof", "mailto://", "json://"):
        assert not senders.knows(address)
        assert await senders.send(address, SAID, ID) is Failure.BAD_ADDRESS


async def test_no_address_is_logged_whatever_becomes_of_it(
    senders: Senders, hook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for status in (204, 503):
        hook.status = status
        await senders.send(hook.address("?+Word=hush"), SAID, ID)
    await senders.send(f"mailto://hush:hush@{LOOPBACK}:{free_port()}?mode=insecure", SAID, ID)
    await senders.send("json://user:hush@", SAID, ID)

    assert hook.headers[0]["word"] == "hush"
    assert hook.tries == 2
    assert "hush" not in caplog.text
    assert "/hook" not in caplog.text.replace('"POST /hook HTTP/1.1"', "")  # its own server's line
