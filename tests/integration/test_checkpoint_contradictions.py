"""What is kept contradicts itself: nothing is signed over it. And how one key follows another."""

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from domain.audit.checkpoints import checkpoint_of
from runtime.services.checkpoints.keys import Contradiction, SigningKeys
from schemas.audit.signed_notes import PrivateKey, opened, sign
from store.connection import Database
from store.journal.rows import PostgresJournal
from tests.fakes.waiting import until
from tests.integration.checkpoints import (
    FIRST,
    ORIGIN,
    SECOND,
    Office,
    checkpointer,
    delete,
    running,
    twice,
)
from tests.integration.stages import stage

REWRITE = """ALTER TABLE sanban.journal DISABLE TRIGGER append_only;
    UPDATE sanban.journal SET hash = sha256(hash) WHERE case_id = 'c1' AND seq = 1"""


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(database, tmp_path / "outside")


async def refused(office: Office, why: str, signing: SigningKeys | None = None) -> None:
    """A process that begins says so, signs nothing, and goes on saying so."""
    before = await office.sizes()
    one = checkpointer(office.taker(signing))
    async with running(one):
        await until(lambda: one.status().startswith("stopped"))
        reason = await one.why_not_ready() or ""

    assert reason.startswith("signs nothing any more: ")
    assert why in reason
    assert await office.sizes() == before


async def test_a_database_that_was_set_back_is_not_signed_over(
    office: Office, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    still_running = await twice(office, journal)
    delete(superuser, "journal", "seq > 2")
    delete(superuser, "checkpoints", "size > 2")
    superuser.execute("UPDATE sanban.journal_heads SET seq = 2")

    why = "checkpoint-000000000004.note has 4 rows, the last checkpoint of the database 2"
    await refused(office, why)
    with pytest.raises(Contradiction, match="has 2 rows, and had 4 before"):
        await office.round(still_running)
    # As large as before, in other rows.
    await journal.append(stage("c2", 1, 2))
    await refused(office, why)


async def test_a_journal_that_was_rewritten_is_not_signed_over(
    office: Office, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    await twice(office, journal)
    superuser.execute(REWRITE)
    await refused(office, "of the first 4 rows of the journal some are others than were signed")
    delete(superuser, "journal", "seq = 1")
    await refused(office, "the journal has 3 rows up to transaction")


async def test_checkpoints_that_were_rewritten_are_not_signed_over(
    office: Office, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    await twice(office, journal)
    delete(superuser, "checkpoints", "size > 0")
    await refused(office, "note has 4 rows, the last checkpoint of the database 0")
    async with office.leading() as lease:  # by somebody who has the key, and forgot the files
        forger = replace(office.taker(), files=replace(office.files, directory=Path("/nowhere")))
        await journal.append(stage("c1", 5))
        await forger.agree(lease)
        await forger.take(lease)
    await refused(office, "no checkpoint of that size: it was rewritten")
    superuser.execute("UPDATE sanban.checkpoints SET at = at + interval '1 second'")
    await refused(office, "is not the one that was signed")
    superuser.execute("UPDATE sanban.checkpoints SET at = at - interval '1 second'")
    superuser.execute("UPDATE sanban.checkpoints SET edge = root || root")
    await refused(office, "is not the one that was signed")
    superuser.execute("UPDATE sanban.checkpoints SET note = replace(note, 'at 2026', 'at 2025')")
    await refused(office, f"the signature of {ORIGIN}")


async def test_files_that_are_not_ours_are_not_written_over(
    office: Office, journal: PostgresJournal
) -> None:
    await twice(office, journal)
    latest = office.directory / "latest.note"
    ours = latest.read_text()
    for text in ("", "nothing of the kind\n", ours.replace("\n4\n", "\n5\n")):
        latest.write_text(text)
        await refused(office, f"{latest} is no checkpoint of ours: ")
        assert latest.read_text() == text
    said = checkpoint_of(opened(ours, [FIRST.public]).text)
    latest.write_text(sign(replace(said, root=bytes(32)).text(), FIRST))
    await refused(office, "has 4 rows, and the database has another of that size")
    latest.unlink()
    await office.round(office.taker())

    assert await office.faults() == []


async def test_while_it_runs_it_notices_who_writes_to_the_same_directory(
    office: Office, journal: PostgresJournal
) -> None:
    """As a copy of the database with the same settings would."""
    await journal.append(stage("c1", 1))
    one = checkpointer(office.taker())
    async with running(one):
        await until(lambda: office.topic.kept)
        said = checkpoint_of(opened(office.topic.kept[0], [FIRST.public]).text)
        await office.files.write(7, sign(replace(said, size=7).text(), FIRST))
        await until(lambda: one.status().startswith("stopped"))


async def test_a_database_from_another_server_is_not_signed_over(
    office: Office, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    await twice(office, journal)
    [kept] = await office.store.beyond(2)
    said = checkpoint_of(opened(kept.note, [FIRST.public]).text)
    beyond = said.through + 10**9
    for path in office.directory.iterdir():
        path.unlink()
    delete(superuser, "checkpoints", "false")
    superuser.execute(
        "UPDATE sanban.checkpoints SET through = %s::text::xid8, note = %s WHERE size = 4",
        (beyond, sign(replace(said, through=beyond).text(), FIRST)),
    )
    await refused(office, "was copied here from another server")


# --- Keys.


async def test_a_new_key_takes_over_by_a_note_of_both(
    office: Office, journal: PostgresJournal
) -> None:
    await twice(office, journal)
    await refused(office, "SANBAN_CHECKPOINT_OLD_KEY must name the file", SigningKeys(SECOND))
    await office.round(office.taker(SigningKeys(SECOND, FIRST)))
    await journal.append(stage("c1", 5))
    for _ in range(2):  # the old key is of no more use
        await office.round(office.taker(SigningKeys(SECOND)))
    [change] = [kept.note for kept in await office.store.keys() if kept.note]
    last = office.topic.kept[-1]

    assert await office.faults() == []
    assert opened(last, [SECOND.public]).signers == (SECOND.public,)
    assert opened(change, [FIRST.public, SECOND.public]).signers == (FIRST.public, SECOND.public)
    assert (office.directory / "keys-000000000004.note").read_text() == change
    assert office.topic.kept[-2:] == [change, last]
    await refused(office, "it must not sign", SigningKeys(FIRST))


async def test_a_key_takes_over_from_a_lost_one_only_when_told_so(
    office: Office, journal: PostgresJournal
) -> None:
    await twice(office, journal)
    await office.round(office.taker(SigningKeys(SECOND, old_lost=True)))
    await journal.append(stage("c1", 5))
    await office.round(office.taker(SigningKeys(SECOND)))
    [change] = [kept.note for kept in await office.store.keys() if kept.note]

    assert await office.faults() == []
    assert opened(change, [FIRST.public, SECOND.public]).signers == (SECOND.public,)


async def test_a_journal_that_was_set_back_goes_on_under_another_name_elsewhere(
    office: Office, journal: PostgresJournal, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    await twice(office, journal)
    delete(superuser, "journal", "seq > 2")
    delete(superuser, "checkpoints", "size > 2")
    superuser.execute("UPDATE sanban.journal_heads SET seq = 2")
    other = PrivateKey(f"{ORIGIN}-2", bytes(32))
    await refused(office, "SANBAN_CHECKPOINT_OLD_KEY must name the file", SigningKeys(other))
    elsewhere = Office(office.database, tmp_path / "elsewhere")
    await elsewhere.round(elsewhere.taker(SigningKeys(other, FIRST)))
    await journal.append(stage("c1", 3))
    await elsewhere.round(elsewhere.taker(SigningKeys(other)))
    last = (await office.store.beyond(2))[-1]

    assert checkpoint_of(opened(last.note, [other.public]).text).origin == other.name
