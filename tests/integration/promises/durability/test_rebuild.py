"""Promises 24 and 25: what Temporal or the read model lost is there again, from the journal."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from domain.complaints import workflow_id_of
from runtime.embedded.temporal import EmbeddedTemporal
from tests.integration.promises.events import TENANT, event
from tests.integration.promises.losses import (
    ALL,
    ENDED,
    KEPT,
    SIGNED,
    at_work,
    by_the_journal,
    by_the_workflow,
    deadlines,
    happened,
    journal,
    lost,
    merging,
    open_cases,
    rebuilt,
    stage,
    told,
    write_as_before,
)
from tests.integration.promises.people import AGREED, HANDLED
from tests.integration.promises.town import Town
from tests.smoke.commands import sanban
from workflows.search_attributes import REGISTRY

MARKS = "SELECT * FROM sanban.open_marks WHERE case_id <> %s ORDER BY case_id, mark"
CLEAN, NOT_ALL, CANNOT_SAY = 0, 1, 2


@pytest.fixture
async def empty_server(servers_directory: Path) -> AsyncIterator[EmbeddedTemporal]:
    """In the place of one whose database is lost."""
    async with EmbeddedTemporal(
        servers_directory / "after-the-loss", search_attributes=REGISTRY
    ) as server:
        yield server


@pytest.fixture
def damager(town: Town) -> Iterator[psycopg.Connection]:
    """Somebody with the rights of a superuser."""
    dsn = town.servers.postgres.dsn(dbname=town.name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


async def test_a_lost_temporal_is_begun_anew_with_the_same_deadlines(
    town: Town, empty_server: EmbeddedTemporal
) -> None:
    await town.start()
    cases = await open_cases(town)
    assert not town.people.refusals
    one, main, follower = (cases[kind].case_id for kind in ("signed", "main", "follower"))
    await town.until(lambda: happened(town, main), lambda kinds: "joined" in kinds)
    # Whoever decides is told at once: until then the forecast still has it.
    asked = cases["asked"].case_id
    await town.until(lambda: happened(town, asked), lambda kinds: "rung_reached" in kinds)
    some = [cases[kind] for kind in ("asked", "suspended", "follower")]
    before, rows = await deadlines(town, some), await journal(town)
    anew = await lost(town, empty_server)

    would = await rebuilt(anew, "workflows", "--dry-run")
    nothing_yet = await anew.workflows()
    alone = await rebuilt(anew, "workflows", "--case", one[:9])
    begun = await rebuilt(anew, "workflows")
    again = await rebuilt(anew, "workflows")
    await at_work(anew)
    first = await anew.people.act(one, SIGNED, f"{one}:0:sign")

    assert would == (CLEAN, {"begun": len(cases)})
    assert nothing_yet == 0
    assert alone == (CLEAN, {"begun": 1})
    assert begun == (CLEAN, {"runs": 1, "begun": len(cases) - 1})
    assert again == (CLEAN, {"runs": len(cases)})
    assert first.seq == 4  # answered as the first time
    assert await by_the_workflow(anew, cases.values()) == [
        await by_the_journal(anew, each.case_id) for each in cases.values()
    ]
    assert await deadlines(anew, some) == before
    assert await journal(anew) == rows

    await anew.people.play({cases["plain"].case_id: HANDLED, main: HANDLED})
    for kind in ("asked", "signed", "suspended"):
        for step in (KEPT, ENDED) if kind == "asked" else (ENDED, AGREED):
            await anew.people.act(cases[kind].case_id, step, f"{step[1]}-{kind}")
    assert not anew.people.refusals
    await anew.until(lambda: stage(anew, follower), lambda found: found == "closed")
    audited, agreed = await told(anew, "audit", "verify"), await told(anew, "reconcile")
    assert audited.code == CLEAN, audited.output + agreed.output
    assert agreed.code == CLEAN, audited.output + agreed.output
    assert await anew.faults() == []


async def test_what_cases_were_telling_each_other_when_it_was_lost_is_said_again(
    town: Town, empty_server: EmbeddedTemporal
) -> None:
    """One joins; one hears that the case it follows has ended; one learns that nobody hears it."""
    await town.start()
    kinds = ("main", "joins", "ends", "follows", "over", "late")
    main, joins, ends, follows, over, late = (
        event(town.source, kind, text=f"{kind}扰民").case_id for kind in kinds
    )
    # Reported by citizens: what no unit has signed is withdrawn for them at once.
    said = [event(town.source, kind, text=f"{kind}扰民", channel="hotline") for kind in kinds]
    await town.publish(*said)
    await town.until_cases(len(kinds))
    await town.people.play({follows: (merging(ends),), over: (ENDED,)})
    await town.until(lambda: happened(town, ends), lambda found: "joined" in found)
    anew = await lost(town, empty_server)
    await write_as_before(anew, joins, merging(main), main)
    await write_as_before(anew, ends, ENDED)
    await write_as_before(anew, late, merging(over), over)

    would = await rebuilt(anew, "workflows", "--dry-run")
    begun = await rebuilt(anew, "workflows")
    again = await rebuilt(anew, "workflows")  # nobody has heard it yet
    await at_work(anew)
    for case_id in (follows, late):
        await anew.until(lambda: happened(anew, case_id), lambda found: "unmerged" in found)  # noqa: B023
    await anew.until(lambda: happened(anew, main), lambda found: "joined" in found)
    heard = await rebuilt(anew, "workflows")

    assert would == begun == (CLEAN, {"over": 2, "begun": 4, "said_again": 3})
    assert again == (CLEAN, {"over": 2, "runs": 4, "said_again": 3})
    assert heard == (CLEAN, {"over": 2, "runs": 4})
    assert (await happened(anew, main)).count("joined") == 1
    for case_id in (follows, late):
        found = await happened(anew, case_id)
        assert found.count("unmerged") == 1
        assert found.count("command_refused") == 0
    assert await stage(anew, joins) == "merged"


async def test_one_that_somebody_ended_by_mistake_goes_on(town: Town) -> None:
    await town.start()
    first, second = event(town.source, "first"), event(town.source, "second")
    await town.publish(first, second)
    await town.until_cases(2)
    handle = town.people.cases.client.get_workflow_handle(workflow_id_of(TENANT, first.case_id))
    await handle.terminate("by mistake")
    before = await told(town, "reconcile")
    begun = await rebuilt(town, "workflows")
    answer = await town.people.act(first.case_id, SIGNED, "after-the-mistake")
    after = await told(town, "reconcile")

    assert before.code == NOT_ALL
    assert after.code == CLEAN
    assert begun == (CLEAN, {"runs": 1, "begun": 1})
    assert answer.stage == "signed"


async def test_a_lost_read_model_is_rebuilt_byte_for_byte_beside_everything_that_runs(
    town: Town, damager: psycopg.Connection
) -> None:
    await town.start()
    cases = await open_cases(town)
    main, plain = cases["main"].case_id, cases["plain"].case_id
    await town.until(lambda: happened(town, main), lambda kinds: "joined" in kinds)
    asked = cases["asked"].case_id
    await town.until(lambda: happened(town, asked), lambda kinds: "rung_reached" in kinds)
    await town.people.act(plain, ENDED, "before")
    # Who has to agree is told at once, which is one more row.
    await town.until(lambda: happened(town, plain), lambda kinds: "rung_reached" in kinds)
    before, marks = await town.database.fetch(ALL), await town.database.fetch(MARKS, (plain,))
    damager.execute("TRUNCATE sanban.cases")
    would = await rebuilt(town, "readmodel", "--dry-run")
    still = await town.database.fetch(ALL)
    rebuilding, answer = await asyncio.gather(
        rebuilt(town, "readmodel"), town.people.act(plain, AGREED, "meanwhile")
    )
    after = await town.database.fetch(ALL)
    again = await rebuilt(town, "readmodel")

    assert would == (CLEAN, {"put": len(cases)})
    assert still == []
    assert rebuilding[0] == CLEAN
    assert sum(rebuilding[1].values()) == len(cases)
    assert again == (CLEAN, {"as_it_should_be": len(cases)})
    assert [row for row in after if row[0] != plain] == [row for row in before if row[0] != plain]
    assert marks
    assert await town.database.fetch(MARKS, (plain,)) == marks
    assert answer.stage == await stage(town, plain) == "withdrawn"


async def test_what_was_altered_is_put_right_and_what_is_broken_is_named(
    town: Town, damager: psycopg.Connection
) -> None:
    """A row of no case goes; a case whose chain is broken is neither shown anew nor begun."""
    await town.start()
    events = [event(town.source, f"E-{number}") for number in range(3)]
    await town.publish(*events)
    await town.until_cases(3)
    altered, broken, _ = (each.case_id for each in events)
    before = await town.database.fetch(ALL)
    damager.execute(
        "UPDATE sanban.cases SET title = '改', spot = 'nowhere', next_due = NULL, seq = 1"
        " WHERE case_id = %s",
        [altered],
    )
    damager.execute(
        'INSERT INTO sanban.cases SELECT (jsonb_populate_record(c, \'{"case_id": "none"}\')).*'
        " FROM sanban.cases c LIMIT 1"
    )
    rebuilding = await rebuilt(town, "readmodel")
    after = await town.database.fetch(ALL)
    damager.execute("ALTER TABLE sanban.journal DISABLE TRIGGER append_only")
    damager.execute(
        "UPDATE sanban.journal SET body = convert_to("
        "replace(convert_from(body, 'UTF8'), 'department', 'hotline'), 'UTF8')"
        " WHERE case_id = %s AND seq = 1",
        [broken],
    )
    for what in ("readmodel", "workflows"):
        said = await told(town, "rebuild", what)
        assert said.code == NOT_ALL
        assert f"{broken}  left out, chain broken: row 1 bytes" in said.output

    assert rebuilding == (CLEAN, {"as_it_should_be": 2, "put": 1, "dropped": 1})
    assert after == before


async def test_where_a_part_is_away_or_the_number_is_nobodys_it_says_so(town: Town) -> None:
    nobody = "127.0.0.1:1"
    away = {"TEMPORAL_ADDRESS": nobody}
    no_database = {"SANBAN_DATABASE_URL": f"postgresql://sanban_app@{nobody}/sanban"}
    for words, settings in (
        (("workflows",), away),
        (("workflows",), no_database),
        (("readmodel",), no_database),
        (("workflows", "--case", "nobody"), {}),
    ):
        said = await sanban("rebuild", *words, **{**town.environment, **settings})

        assert said.code == CANNOT_SAY, words
        assert len(said.complaint.splitlines()) == 1, said.complaint
