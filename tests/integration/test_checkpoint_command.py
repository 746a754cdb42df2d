"""`sanban audit checkpoint` as somebody types it."""

from pathlib import Path

import pytest

from domain.audit.checkpoints import checkpoint_of
from schemas.audit.signed_notes import PublicKey, opened
from store.journal.rows import PostgresJournal
from tests.integration.stages import stage
from tests.smoke.commands import Told, sanban

TOWN = "sanban.example/town"


class Desk:
    def __init__(self, dsn: str, directory: Path) -> None:
        self.keys = directory
        self.settings = {
            "SANBAN_DATABASE_URL": dsn,
            "SANBAN_CHECKPOINT_KEY": str(directory / "first.key"),
            "SANBAN_CHECKPOINT_DIR": str(directory / "outside"),
            "SANBAN_HOME": str(directory / "nowhere"),
        }

    async def type(self, *words: str, **settings: str) -> Told:
        return await sanban("audit", "checkpoint", *words, **(self.settings | settings))

    async def keygen(self, name: str, origin: str = TOWN) -> PublicKey:
        told = await self.type("keygen", str(self.keys / name), "--name", origin)
        assert told.code == 0
        assert told.complaint == ""
        return PublicKey.parse(told.output.strip())


@pytest.fixture
def desk(app_dsn: str, tmp_path: Path) -> Desk:
    return Desk(app_dsn, tmp_path)


async def test_from_a_new_key_to_a_checkpoint_that_anybody_can_check(
    desk: Desk, journal: PostgresJournal
) -> None:
    key = await desk.keygen("first.key")
    again = await desk.type("keygen", str(desk.keys / "first.key"), "--name", TOWN)
    public, none, nothing = [
        await desk.type("key"),
        await desk.type("show"),
        await desk.type(),
    ]
    await journal.append(stage("c1", 1, 2))
    taken, known, shown = await desk.type(), await desk.type(), await desk.type("show")
    file = desk.keys / "outside" / "checkpoint-000000000002.note"
    said = checkpoint_of(opened(shown.output, [key]).text)

    assert (desk.keys / "first.key").stat().st_mode & 0o777 == 0o600
    assert again.code == 2
    assert "exists already" in again.complaint
    assert public.output == f"{key}\n"
    assert none.code == 1
    assert nothing.code == 0
    assert taken.code == 0
    assert known.code == 0
    assert shown.code == 0
    assert nothing.output == "the journal has no rows yet\n"
    assert taken.output.splitlines()[1:] == [
        "rows  2",
        f"root  {said.root.hex()}",
        f"file  {file}",
    ]
    assert taken.output.startswith("new  ")
    assert known.output == taken.output.replace("new  ", "nothing new since  ")
    assert file.read_text() == shown.output
    assert said.origin == TOWN
    assert said.size == 2


async def test_one_key_after_the_other(desk: Desk, journal: PostgresJournal) -> None:
    first, second = await desk.keygen("first.key"), await desk.keygen("second.key")
    await desk.keygen("other.key", "sanban.example/other")
    keys = {name: str(desk.keys / f"{name}.key") for name in ("first", "second", "other")}
    await journal.append(stage("c1", 1))
    await desk.type()
    refused = await desk.type(SANBAN_CHECKPOINT_KEY=keys["second"])
    mistaken = await desk.type(
        SANBAN_CHECKPOINT_KEY=keys["other"], SANBAN_CHECKPOINT_OLD_KEY=keys["first"]
    )
    rotated = await desk.type(
        "rotate", SANBAN_CHECKPOINT_KEY=keys["second"], SANBAN_CHECKPOINT_OLD_KEY=keys["first"]
    )
    await journal.append(stage("c1", 2))
    taken = await desk.type(SANBAN_CHECKPOINT_KEY=keys["second"])
    shown = await desk.type("show")
    renamed = await desk.type(
        "rotate",
        "--new-name",
        SANBAN_CHECKPOINT_KEY=keys["other"],
        SANBAN_CHECKPOINT_OLD_KEY=keys["second"],
    )

    assert refused.code == 2
    assert str(first) in refused.complaint
    assert mistaken.code == 2
    assert "the old key is of" in mistaken.complaint
    assert rotated.code == 0
    assert rotated.output == f"from now on this key signs: {second}\n"
    assert taken.code == 0
    assert opened(shown.output, [second]).signers == (second,)
    assert renamed.code == 0
    assert "sanban.example/other+" in renamed.output


async def test_what_is_signed_is_proved_from_an_export_by_whichever_key_is_trusted(
    desk: Desk, journal: PostgresJournal, tmp_path: Path
) -> None:
    keys = [await desk.keygen(f"{name}.key") for name in ("first", "second")]
    rotated = {
        "SANBAN_CHECKPOINT_KEY": str(desk.keys / "second.key"),
        "SANBAN_CHECKPOINT_OLD_KEY": str(desk.keys / "first.key"),
    }
    for seq in (1, 2, 3, 4):
        await journal.append(stage("c1", seq))
        await journal.append(stage("operations/youchegang", seq))
        await desk.type(**(rotated if seq > 2 else {}))
    export, files = str(tmp_path / "journal.txt"), str(tmp_path / "outside")
    written = await sanban("audit", "export", export, **desk.settings)
    proved = [
        await sanban("audit", "verify", export, "--key", str(key), "--checkpoint", files)
        for key in keys
    ]

    assert written.code == 0
    for told in proved:
        assert told.code == 0, told.output
        assert told.complaint == "", told.output
        assert "4 checkpoints" in told.output


async def test_what_is_missing_is_said(desk: Desk) -> None:
    no_key = await desk.type()
    unset = await desk.type(SANBAN_CHECKPOINT_KEY="")
    (desk.keys / "first.key").write_text("PRIVATE+KEY+of+somebody")
    no_key_inside = await desk.type()
    misnamed = await desk.type("keygen", str(desk.keys / "x.key"), "--name", "two words")

    assert "cannot read" in no_key.complaint
    assert "SANBAN_CHECKPOINT_KEY is not set" in unset.complaint
    assert "first.key: " in no_key_inside.complaint
    assert "somebody" not in no_key_inside.complaint
    assert "cannot be the name of a key" in misnamed.complaint
    assert {told.code for told in (no_key, unset, no_key_inside, misnamed)} == {2}
