"""Who may not read a case is told nothing of it by the command line, also by acting on it."""

import json

from store.journal.rows import PostgresJournal
from tests.integration.test_cases_command import PACK, opened
from tests.smoke.commands import sanban


async def test_who_may_not_read_a_case_finds_none_to_act_on(
    journal: PostgresJournal, app_dsn: str
) -> None:
    """No workflow runs here, so an act that found its case would fail on that."""
    case = await opened(journal, "one", "hetang-village")
    for number in (case.case_id, case.case_id[:5], "zzzzz"):
        told = await sanban(
            *("cases", "act", number, "sign", "--as", "lin-yan"),
            SANBAN_DATABASE_URL=app_dsn,
            SANBAN_PACKS=json.dumps([str(PACK)]),
        )

        assert told.code == 2
        assert told.complaint.startswith(f"sanban: no case begins with '{number}' -- ")
