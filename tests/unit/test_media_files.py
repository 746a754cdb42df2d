"""Photos on disk: whole or not at all, by digest, readable for the gateway and its group."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateways.media_files import MediaFiles
from schemas.intake import Unavailable

CASE = "7kq2m-9xa4t-bnc2w"
NAME = f"{'0' * 64}.jpg"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_photos_are_files_of_their_case_and_no_one_else_reads_them(tmp_path: Path) -> None:
    media = MediaFiles(tmp_path / "media")

    await media.keep(CASE, {NAME: b"photo"})

    kept = tmp_path / "media" / CASE / NAME
    assert kept.read_bytes() == b"photo"
    assert mode_of(kept) & ~0o640 == 0
    assert mode_of(kept.parent) & ~0o750 == 0
    assert [each.name for each in kept.parent.iterdir()] == [NAME]


async def test_keeping_a_photo_again_writes_it_once(tmp_path: Path) -> None:
    media = MediaFiles(tmp_path)
    await media.keep(CASE, {NAME: b"photo"})
    before = (tmp_path / CASE / NAME).stat()

    await media.keep(CASE, {NAME: b"photo", "other.png": b"png"})

    after = (tmp_path / CASE / NAME).stat()
    assert after.st_ino == before.st_ino
    assert (tmp_path / CASE / "other.png").read_bytes() == b"png"


async def test_a_photo_is_durable_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    fsync = os.fsync

    def seen(descriptor: int) -> None:
        synced.append((tmp_path / CASE / NAME).exists())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", seen)

    await MediaFiles(tmp_path).keep(CASE, {NAME: b"photo"})

    assert synced == [False, True, True]  # the file; then its directory, and the one above


async def test_a_photo_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(Unavailable, match="No space left"):
        await MediaFiles(tmp_path).keep(CASE, {NAME: b"photo"})

    assert [*(tmp_path / CASE).iterdir()] == []


async def test_photos_of_a_case_can_be_forgotten(tmp_path: Path) -> None:
    media = MediaFiles(tmp_path)
    await media.keep(CASE, {NAME: b"photo", "other.png": b"png"})
    await media.keep("aaaaa-bbbbb-ccccc", {NAME: b"photo"})

    assert await media.forget(CASE) == 2
    assert await media.forget(CASE) == 0
    assert [each.name for each in tmp_path.iterdir()] == ["aaaaa-bbbbb-ccccc"]


def test_a_directory_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Unavailable, match="Not a directory"):
        MediaFiles(tmp_path / "file" / "media").prepare()
    MediaFiles(tmp_path / "new").prepare()

    assert [*(tmp_path / "new").iterdir()] == []


def test_the_address_of_a_photo_follows_from_the_case_and_its_name() -> None:
    assert MediaFiles(Path("x")).uri_of(CASE, NAME) == f"urn:sanban:media:{CASE}/{NAME}"
    served = MediaFiles(Path("x"), "https://media.example/photos/")
    assert served.uri_of(CASE, NAME) == f"https://media.example/photos/{CASE}/{NAME}"


async def test_files_that_came_in_a_time_are_found_and_deleted(tmp_path: Path) -> None:
    media, now = MediaFiles(tmp_path), datetime.now(UTC)
    day = timedelta(days=1)
    await media.keep(CASE, {NAME: b"old", "new.png": b"new", "ancient.png": b"x"})
    for name, age in ((NAME, 2), ("ancient.png", 20)):
        came = (now - age * day).timestamp()
        os.utime(tmp_path / CASE / name, (came, came))
    found = await media.came(now - 9 * day, now - day)

    assert found == [(CASE, NAME)]
    assert await media.forget_unused([*found, (CASE, "new.png")], now - day) == 1
    assert await media.names(CASE) == {"new.png", "ancient.png"}


async def test_a_file_that_comes_again_is_new(tmp_path: Path) -> None:
    media, now = MediaFiles(tmp_path), datetime.now(UTC)
    await media.keep(CASE, {NAME: b"photo"})
    os.utime(tmp_path / CASE / NAME, (0, 0))
    await media.keep(CASE, {NAME: b"photo"})

    assert await media.forget_unused([(CASE, NAME)], now - timedelta(hours=1)) == 0


async def test_no_directory_has_no_files(tmp_path: Path) -> None:
    now = datetime.now(UTC)

    assert await MediaFiles(tmp_path / "none").came(now, now) == []
