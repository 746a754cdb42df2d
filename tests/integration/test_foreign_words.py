"""Promise 36: what strangers wrote acts on no terminal, and a case that has such words is read."""

import json
from dataclasses import replace

import pytest

from domain.case.handling.acts import Comment
from domain.case.registration.acts import Open
from domain.case.summaries import summarize
from schemas.journal import batch_of
from store.journal.rows import PostgresJournal
from tests.builders import complaint, give, plan
from tests.hostile import ACTS, harmless
from tests.integration.test_cases_command import PACK
from tests.smoke.commands import Told, sanban
from tests.town import OPENED

WORDS = ACTS.replace("\x00", "")  # intake takes no NUL
END = "[red]路[/red][link=https://x.example]x[/link][/]:smile:"


@pytest.fixture
async def hostile_case(journal: PostgresJournal) -> str:
    """A case that was journaled before names and texts were checked."""
    said = replace(complaint(event_id="one"), text=WORDS, complaint_id=WORDS)
    begun = give(None, Open(plan=plan(said, holder="sanitation")), OPENED)
    commented = give(begun.case, Comment(text=WORDS), OPENED)
    for decision in (begun, commented):
        await journal.append(batch_of(decision.case, decision.events, summarize(decision.case)))
    return begun.case.case_id


@pytest.mark.parametrize("words", [["list"], ["show", "CASE"], ["explain", "CASE"]])
async def test_what_a_citizen_wrote_is_shown_and_does_not_act(
    hostile_case: str, app_dsn: str, words: list[str]
) -> None:
    told: Told = await sanban(
        "cases",
        *(hostile_case if word == "CASE" else word for word in words),
        SANBAN_DATABASE_URL=app_dsn,
        SANBAN_PACKS=json.dumps([str(PACK)]),
    )

    assert told.code == 0, told.complaint
    assert hostile_case in told.output
    assert harmless(told.output)
    if words[0] == "show":
        assert "\\x1b[2J" in told.output
        assert END in told.output
