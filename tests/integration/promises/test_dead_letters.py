from collections.abc import AsyncIterator
from hashlib import sha256

import pytest

from gateways import dead_letters
from schemas.intake import RejectReason
from tests.integration.promises.events import Event
from tests.integration.promises.town import Servers, Town, open_town
from tests.integration.promises.unreadable import MEGABYTE, strange, unreadable

TOO_LARGE = RejectReason.TOO_LARGE


def digest(sent: Event) -> bytes:
    return sha256(sent.value or b"").hexdigest().encode()


@pytest.fixture
async def wide_town(servers: Servers) -> AsyncIterator[Town]:
    """One partition, so that a bad record would stand in everybody's way; large records fit."""
    async with open_town(servers, partitions=1, largest_record=12 * MEGABYTE) as opened:
        yield opened


async def test_what_cannot_become_a_case_is_kept_with_a_reason_byte_for_byte(
    wide_town: Town,
) -> None:
    """Promise 3: whatever is wrong, the original bytes and headers are kept, but those of a value
    that is too large, and the good records between are not held up.
    """
    town = wide_town
    good, bad = list(strange(town.source)), list(unreadable(town.source))
    mixed = [each for pair in zip(good, bad, strict=False) for each in (pair[1][1], pair[0])]
    await town.publish(*mixed, *(each for _, each in bad[len(good) :]))
    await town.start()
    outcomes = await town.until_decided(len(good) + len(bad))
    await town.until(town.cases, lambda cases: len(cases) == len(good))
    letters = {}
    for letter in await town.dead_letters():
        headers = dict(letter.headers)
        letters[headers[dead_letters.ORIGIN]] = (letter, headers)
    decisions = [each for each in await town.decisions() if each.reason is not None]

    assert outcomes == {"accepted": len(good), "rejected": len(bad)}
    assert [each.reason for each in decisions] == [reason for reason, _ in bad]
    assert await town.cases() == {each.case_id for each in good}
    for (reason, sent), decision in zip(bad, decisions, strict=True):
        where = f"{town.topic}/0/{decision.position.offset}".encode()
        letter, headers = letters.pop(where)
        assert letter.key == sent.key, reason
        assert letter.value == (b"" if reason is TOO_LARGE else sent.value), reason
        assert headers.get(dead_letters.DIGEST) == (digest(sent) if reason is TOO_LARGE else None)
        assert tuple(letter.headers)[: len(sent.headers)] == sent.headers, reason
        assert headers[dead_letters.REASON] == reason.encode()
        assert headers[dead_letters.DETAIL].decode() == decision.detail != ""
    assert letters == {}
    assert await town.until(town.lag, lambda lag: lag == 0) == 0
