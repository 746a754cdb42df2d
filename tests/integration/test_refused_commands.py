"""What the commands about cases refuse before anything is done, each in one line."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from store.journal.rows import PostgresJournal
from tests.integration.test_cases_command import PACK, opened
from tests.smoke.commands import Told, sanban

Type: TypeAlias = Callable[..., Awaitable[Told]]


@pytest.fixture
def sanban_cases(app_dsn: str) -> Type:
    async def run(*words: str) -> Told:
        return await sanban(
            "cases", *words, SANBAN_DATABASE_URL=app_dsn, SANBAN_PACKS=json.dumps([str(PACK)])
        )

    return run


async def test_what_cannot_be_asked_is_said(sanban_cases: Type) -> None:
    for said, *words in (
        ("no person 'nobody' in the roster of any tenant", "--as", "nobody"),
        ("no tenant x: no policy pack is of it", "--as", "qiu-ping", "--tenant", "x"),
        ("-- choose from: ", "--tenant", "x"),
        ("--mine needs a person -- name one with --as", "--mine"),
        ("give --grid or --uncovered, not both", "--grid", "G01", "--uncovered"),
        ("'x' is no bookmark of a list", "--after", "x"),
        (
            "no unit 'sanitatio'; did you mean 'sanitation'? -- correct --unit",
            "--unit",
            "sanitatio",
        ),
        ("no grid 'G99'", "--grid", "G99"),
        ("no category 'garbag'; did you mean 'garbage'?", "--category", "garbag"),
        ("only a list by `due` has pages", "--after", "none/x", "--sort", "level"),
        ("“路” is too short to search for: give two characters or more", "--text", "路"),
        ("'7kq2m' is not CASE:ROW", "--wait-for", "7kq2m"),
    ):
        told = await sanban_cases("list", *words)

        assert told.code == 2
        assert told.output == ""
        assert said in told.complaint


@pytest.mark.parametrize("role", ["leader", "dispatcher", "reporter", "engine"])
async def test_a_role_that_the_roster_does_not_give_is_refused_before_anything_is_done(
    journal: PostgresJournal, sanban_cases: Type, role: str
) -> None:
    """Promise 37, at the command line. No workflow runs here, so nothing could be done."""
    case = await opened(journal, "one", "hetang-village")

    told = await sanban_cases("act", case.case_id, "sign", "--as", "lu-fang", "--role", role)
    stranger = await sanban_cases("act", case.case_id, "sign", "--as", "zong-xiaolan")
    deputy = await sanban_cases(
        "act", case.case_id, "sign", "--as", "lu-fang", "--for", "lu-jianming"
    )

    assert told.code == 2
    assert told.complaint.startswith(
        f"sanban: the roster gives lu-fang handler of hetang-village at this moment, not {role} -- "
    )
    assert stranger.code == 2
    assert "no person 'zong-xiaolan' in the roster" in stranger.complaint
    assert deputy.code == 2
    assert "at this moment, not a deputy of lu-jianming -- " in deputy.complaint


@pytest.mark.parametrize(
    "words",
    [
        ("cases", "list", "--unit", "\udcff"),
        ("cases", "list", "--text", "\udcff\udcff"),
        ("cases", "show", "\udcff"),
        ("cases", "list", "--due-before", "0001-01-01"),
        ("intake", "ledger", "--source", "\udcff"),
        ("intake", "ledger", "--since", "0001-01-01"),
        ("deadletters", "list", "--until", "0001-01-01"),
        ("deadletters", "list", "--source", "\udcff"),
        ("audit", "verify", "\udcff"),
        ("audit", "export", "FILE", "--from", "2026-01-01", "--to", "9999-12-31"),
        ("audit", "export", "FILE", "--from", "0001-01-01", "--to", "2026-01-01"),
        ("audit", "export", "FILE", "--case", "\udcff"),
    ],
    ids=lambda words: " ".join(words).encode("ascii", "backslashreplace").decode(),
)
async def test_what_no_database_and_no_calendar_holds_is_told_in_one_line(
    app_dsn: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """A shell gives bytes that are no UTF-8 as halves of surrogate pairs."""
    file = str(tmp_path / "export.jsonl")

    told = await sanban(
        *(file if word == "FILE" else word for word in words), SANBAN_DATABASE_URL=app_dsn
    )

    assert told.code == 2
    assert told.output == ""
    assert told.complaint.startswith("sanban: ")
    assert told.complaint.count("\n") == 1


async def test_numbers_of_any_size_only_find_nothing(app_dsn: str) -> None:
    huge = str(10**40)
    for words in (
        ("intake", "ledger", "--before", huge),
        ("intake", "ledger", "--topic", "t", "--partition", huge, "--offset", huge),
    ):
        assert (await sanban(*words, SANBAN_DATABASE_URL=app_dsn)).code == 0
