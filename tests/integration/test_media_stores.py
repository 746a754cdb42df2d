"""A directory and a bucket of a real S3-compatible store keep the files of cases alike."""

import os
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runtime.embedded.ports import LOOPBACK, free_port
from runtime.preflight.settings import look_at_files, look_at_settings
from runtime.problems import Problem
from runtime.processes import PROCESSES
from runtime.settings import Settings
from runtime.wiring.media import StoredMedia, media_store, why_no_media
from schemas.intake import Unavailable
from tests.servers.object_store import KEY, SECRET, ObjectStore

CASE, OTHER = "7kq2m-9xa4t-bnc2w", "aaaaa-bbbbb-ccccc"
PHOTO, PAPER = f"{'0' * 64}.jpg", f"{'1' * 64}.pdf"
DAY = timedelta(days=1)
NAME = "SANBAN_MEDIA_BUCKET"


def bucket_settings(directory: Path, bucket: str, key: str = f"{KEY}\n{SECRET}\n") -> Settings:
    path = directory / "media.key"
    path.write_text(key)
    path.chmod(0o600)
    return Settings(media_bucket=bucket, media_key=str(path), media_dir=str(directory / "none"))


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ObjectStore]:
    store = ObjectStore(tmp_path_factory.mktemp("objects"))
    await store.start()
    yield store
    store.kill()


@pytest.fixture(params=["directory", "bucket"])
def media(request: pytest.FixtureRequest, tmp_path: Path) -> StoredMedia:
    settings = Settings(media_dir=str(tmp_path / "media"))
    if request.param == "bucket":
        server: ObjectStore = request.getfixturevalue("server")
        settings = bucket_settings(tmp_path, f"{server.bucket}/{tmp_path.name}")
    found = media_store(settings)
    assert found is not None
    found.prepare()
    return found


async def test_what_is_kept_is_read_and_nothing_else(media: StoredMedia) -> None:
    await media.keep(CASE, {PHOTO: b"\xff\xd8photo", PAPER: b"%PDF-"})
    await media.keep(OTHER, {PHOTO: b"other"})

    assert await media.read(CASE, PHOTO) == b"\xff\xd8photo"
    assert await media.names(CASE) == {PHOTO, PAPER}
    assert await media.read(CASE, "none.jpg") is None
    assert await media.read(CASE, f"../{OTHER}/{PHOTO}") is None
    assert await media.names("none") == frozenset()


async def test_what_is_kept_again_is_there_once(media: StoredMedia) -> None:
    await media.keep(CASE, {PHOTO: b"photo"})
    await media.keep(CASE, {PHOTO: b"photo"})

    now = datetime.now(UTC)
    assert await media.names(CASE) == {PHOTO}
    assert await media.came(now - DAY, now + DAY) == [(CASE, PHOTO)]


async def test_a_case_is_forgotten_whole_and_alone(media: StoredMedia) -> None:
    await media.keep(CASE, {PHOTO: b"photo", PAPER: b"paper"})
    await media.keep(OTHER, {PHOTO: b"other"})

    assert await media.forget(CASE) == 2
    assert await media.forget(CASE) == 0
    assert await media.read(CASE, PHOTO) is None
    assert await media.names(OTHER) == {PHOTO}


async def test_what_came_and_is_of_no_use_is_deleted(media: StoredMedia) -> None:
    now = datetime.now(UTC)
    await media.keep(CASE, {PHOTO: b"photo", PAPER: b"paper"})

    assert await media.came(now - 9 * DAY, now - DAY) == []
    assert sorted(await media.came(now - DAY, now + DAY)) == [(CASE, PHOTO), (CASE, PAPER)]
    gone = [(CASE, PHOTO), (CASE, "none.jpg")]
    assert await media.forget_unused(gone, now - DAY) == 0
    assert await media.forget_unused(gone, now + DAY) == 1
    assert await media.names(CASE) == {PAPER}


async def test_what_is_known_of_earlier_days_is_deleted_and_the_files_stay(
    server: ObjectStore, tmp_path: Path
) -> None:
    found = media_store(bucket_settings(tmp_path, f"{server.bucket}/old"))
    assert found is not None
    await found.keep(CASE, {PHOTO: b"photo"})
    marks = server.directory / "data" / "photos" / "old" / ".came"
    assert list(marks.iterdir())
    now = datetime.now(UTC)
    await found.came(now + DAY, now + 2 * DAY)

    assert not marks.exists() or not [each for each in marks.rglob("*") if each.is_file()]
    assert await found.read(CASE, PHOTO) == b"photo"


async def test_the_store_s_refusal_is_quoted_and_no_secret(
    server: ObjectStore, tmp_path: Path
) -> None:
    wrong = media_store(bucket_settings(tmp_path, server.bucket, f"{KEY}\nanother-secret\n"))
    absent = media_store(bucket_settings(tmp_path / os.curdir, f"{server.bucket}-none"))
    assert wrong is not None
    assert absent is not None

    with pytest.raises(Unavailable, match=r"^media is unavailable: bucket photos: ") as refused:
        wrong.prepare()
    with pytest.raises(Unavailable, match=r"bucket photos-none: .*NoSuchBucket"):
        await absent.keep(CASE, {PHOTO: b"photo"})

    assert "SignatureDoesNotMatch" in str(refused.value)
    assert "another-secret" not in str(refused.value)


def test_the_doctor_writes_in_the_bucket(server: ObjectStore, tmp_path: Path) -> None:
    settings = bucket_settings(tmp_path, server.bucket)
    web = [each for each in PROCESSES if each.name == "gateway"]
    said = [
        *look_at_settings(settings, web),
        *look_at_files(settings, web, lambda: datetime.now(UTC)),
    ]

    assert [each.found for each in said if each.what == NAME] == ["files can be written"]
    assert not [each for each in said if each.what == "SANBAN_MEDIA_DIR"]


def test_the_doctor_says_that_no_store_answers(tmp_path: Path) -> None:
    settings = bucket_settings(tmp_path, f"http://{LOOPBACK}:{free_port()}/photos")
    web = [each for each in PROCESSES if each.name == "gateway"]
    said = look_at_files(settings, web, lambda: datetime.now(UTC))

    [one] = [each.found for each in said if each.what == NAME]
    assert one.startswith("media is unavailable: bucket photos: ")


async def test_readiness_says_that_no_store_answers_or_that_it_is_silent(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as silent:
        port = silent.getsockname()[1]
        away = bucket_settings(tmp_path, f"http://{LOOPBACK}:{free_port()}/photos")
        frozen = bucket_settings(tmp_path, f"http://{LOOPBACK}:{port}/photos")
        said = [await why_no_media(each) for each in (away, frozen, Settings())]

    assert said[0] is not None
    assert said[0].startswith("media is unavailable: bucket photos: ")
    assert said[1] == "media is unavailable: no answer within 5 s"
    assert said[2] is None


@pytest.mark.parametrize("address", ["photos", "s3://photos", "https://host", "https://host/"])
def test_an_address_without_a_bucket_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(Problem, match=f"^SANBAN_MEDIA_BUCKET: {address} names no bucket"):
        media_store(bucket_settings(tmp_path, address))


@pytest.mark.parametrize(
    ("key", "why"), [("", "0 words"), ("one", "1 words"), ("one two three", "3 words")]
)
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, key: str, why: str) -> None:
    with pytest.raises(Problem, match=f"^SANBAN_MEDIA_KEY: .*media.key has {why} instead of 2"):
        media_store(bucket_settings(tmp_path, "https://host/photos", key))


def test_a_key_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    settings = Settings(media_bucket="https://host/photos", media_key=str(tmp_path / "none"))
    with pytest.raises(Problem, match=r"^SANBAN_MEDIA_KEY: .*none: No such file"):
        media_store(settings)
