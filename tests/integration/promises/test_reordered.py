"""Deliveries in any order, some of them twice, with kills between: promises 1 and 2 together."""

import random
from collections import Counter

import pytest

from schemas.events.follow_ups import RATED, SUPPLEMENTED, WITHDRAWN
from schemas.journal import event_of
from store.journal.rows import PostgresJournal
from tests.integration.promises.events import Event, event
from tests.integration.promises.test_follow_ups import later
from tests.integration.promises.town import Town

MANY = 24
SEED = 20261125


def said_of(town: Town, number: int) -> list[Event]:
    """A complaint and what is said of it later; a third of them is taken back."""
    filed = event(town.source, f"C-{number:02}")
    found = [
        filed,
        later(filed, f"C-{number:02}-more", SUPPLEMENTED, text="今晚又响了"),
        later(filed, f"C-{number:02}-rate", RATED, satisfaction="basically_satisfied"),
    ]
    if number % 3 == 0:
        found.append(later(filed, f"C-{number:02}-back", WITHDRAWN, reason="已自行解决"))
    return found


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_whatever_the_order_each_event_counts_once_for_its_case(town: Town) -> None:
    """Every event is sent to the broker once or twice, in an order of its own; intake is killed
    in the middle, twice. What comes before its complaint waits; nothing is lost, nothing double.
    """
    chance = random.Random(SEED)  # noqa: S311
    events = [each for number in range(MANY) for each in said_of(town, number)]
    doubled = [*events, *chance.sample(events, len(events) // 3)]
    # What ends a case would refuse what is said after it: that comes last, of each complaint.
    chance.shuffle(doubled)
    doubled.sort(key=lambda each: each.event_id.endswith("-back"))
    await town.start()
    size = len(doubled) // 3 + 1
    for third in range(3):
        await town.publish(*doubled[third * size : (third + 1) * size])
        if third < 2:
            town.intake.kill()
            await town.intake.launch()
    outcomes = await town.until(
        town.outcomes,
        lambda found: sum(found.values()) == len(doubled) and "parked" not in found,
    )

    assert outcomes == {
        "accepted": MANY,
        "supplemented": MANY,
        "rated": MANY,
        "withdrawn": MANY // 3,
        "duplicate": len(doubled) - len(events),
    }, f"seed {SEED}"
    for number in range(MANY):
        filed, *_ = said_of(town, number)
        rows = await PostgresJournal(town.database).read(filed.case_id)
        kinds = Counter(event_of(row.body).fact.kind for row in rows)
        assert kinds["supplemented"] == kinds["rated"] == 1
        assert kinds["withdrawn"] == (number % 3 == 0)
    assert await town.until(town.lag, lambda lag: lag == 0) == 0
