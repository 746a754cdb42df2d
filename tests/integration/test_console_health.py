"""What /health and /deliveries of the console measure, on the real database."""

from runtime.services.console.health import MeasuredHealth
from store.connection import Database
from store.journal.rows import PostgresJournal
from store.notifications.waiting_notices import PostgresWaitingNotices
from tests.integration.stages import stage


async def answers() -> str | None:
    return None


async def silent() -> str | None:
    return "temporal does not answer"


async def test_health_measures_servers_leaders_and_what_waits(
    database: Database, journal: PostgresJournal
) -> None:
    await journal.append(stage("c1", 1))
    health = MeasuredHealth(database, {"postgresql": answers, "temporal": silent})

    state = await health.state()

    assert state.servers == {"postgresql": None, "temporal": "temporal does not answer"}
    assert {each.work for each in state.leaders} == {"relay", "notify", "checkpoints"}
    assert not any(each.holds for each in state.leaders)
    assert state.unsigned_rows == 1
    assert state.parked == 0


async def test_no_notice_waits_in_a_new_town(database: Database) -> None:
    notices, total = await PostgresWaitingNotices(database).listed("town", 10)

    assert notices == []
    assert total == 0
