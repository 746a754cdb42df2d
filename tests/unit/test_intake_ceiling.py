"""Promise 6: when most records are unreadable, intake stops and says so."""

import pytest

from consumers.outcomes.reject_rate_breaker import RejectRateBreaker
from schemas.intake import Outcome, Unavailable
from tests.fakes.intake import Town
from tests.fakes.records import complaint, unreadable

REJECTED = Outcome.REJECTED


@pytest.fixture
def town() -> Town:
    return Town()


async def test_most_records_unreadable_stops_intake_instead_of_diverting_the_stream(
    town: Town,
) -> None:
    intake = town.intake(RejectRateBreaker(share=0.5, window=20, least=10))
    await intake.handle([complaint(offset) for offset in range(10)])
    flood = [unreadable(offset) for offset in range(10, 22)]

    with pytest.raises(Unavailable, match="12 of the last 20 records cannot become a case"):
        await intake.handle(flood)

    assert town.dead_letters.kept == []
    assert len(town.ledger.settled) == 10


async def test_a_share_of_one_lets_every_reject_pass(town: Town) -> None:
    intake = town.intake(RejectRateBreaker(share=1, window=20, least=10))

    assert await intake.handle([unreadable(offset) for offset in range(20)]) == [REJECTED] * 20


async def test_a_few_unreadable_records_do_not_stop_intake(town: Town) -> None:
    intake = town.intake(RejectRateBreaker(share=0.5, window=20, least=10))

    assert await intake.handle([unreadable(offset) for offset in range(9)]) == [REJECTED] * 9


async def test_sound_records_pass_after_unreadable_ones(town: Town) -> None:
    intake = town.intake(RejectRateBreaker(share=0.5, window=20, least=10))
    await intake.handle([unreadable(offset) for offset in range(9)])

    assert await intake.handle([complaint(9), unreadable(10)]) == [Outcome.ACCEPTED, REJECTED]
