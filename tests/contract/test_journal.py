"""What activities.journal.Journal promises, kept by the fake and by PostgreSQL alike."""

from datetime import timedelta

import pytest

from activities.journal import Journal, OtherRows
from activities.options import FINAL_FAILURES
from domain.case.decide import Decision
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.case.summaries import summarize
from schemas.journal import batch_of
from schemas.records import Batch
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.builders import give, opened, plan
from tests.town import OPENED
from tests.workflow.fakes import MemoryJournal

LATER = OPENED + timedelta(seconds=1)


@pytest.fixture(params=["memory", "postgresql"])
def journal(request: pytest.FixtureRequest, database: Database) -> Journal:
    return MemoryJournal() if request.param == "memory" else PostgresJournal(database)


def stage(decision: Decision) -> Batch:
    return batch_of(decision.case, decision.events, summarize(decision.case))


OPENING = stage(give(None, Open(plan=plan()), OPENED))
OPENED_CASE: Case = opened()
SIGNING = stage(give(OPENED_CASE, "sign", OPENED))
SIGNING_LATER = stage(give(OPENED_CASE, "sign", LATER))


async def test_doing_it_twice_is_doing_it_once(journal: Journal) -> None:
    for batch in (OPENING, OPENING, SIGNING, OPENING, SIGNING):
        await journal.append(batch)

    assert OPENING.bodies + SIGNING.bodies == await journal.bodies_from(OPENING.case_id, 1)


async def test_rows_that_differ_are_refused_and_those_in_their_place_can_be_read(
    journal: Journal,
) -> None:
    for batch in (OPENING, SIGNING):
        await journal.append(batch)
    with pytest.raises(OtherRows):
        await journal.append(SIGNING_LATER)

    assert SIGNING.bodies == await journal.bodies_from(SIGNING.case_id, SIGNING.first_seq)


async def test_a_gap_is_refused_for_good(journal: Journal) -> None:
    with pytest.raises(Exception, match="gap") as caught:
        await journal.append(SIGNING)

    assert type(caught.value).__name__ in FINAL_FAILURES
    assert () == await journal.bodies_from(SIGNING.case_id, 1)


async def test_a_longer_stage_than_was_kept_is_completed(journal: Journal) -> None:
    """Whoever wrote first may have known less."""
    row = OPENING.row.model_copy(update={"seq": 2})
    shorter = OPENING.model_copy(update={"bodies": OPENING.bodies[:2], "row": row})
    for batch in (shorter, OPENING):
        await journal.append(batch)

    assert OPENING.bodies == await journal.bodies_from(OPENING.case_id, 1)
