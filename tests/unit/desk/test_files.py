"""Files of a case: seen by those who read the case, unaltered, and small without a place."""

import hashlib
import io
import re

import pytest
from PIL import Image

from console.desk.thumbnails import EDGE, NoPicture, thumbnail
from domain.case.commands import Actor
from domain.case.handling.acts import Progress, Sign
from domain.complaints import Evidence
from domain.privacy.confidential import HIDDEN
from domain.vocabulary import Role
from tests.fakes.desk import Browser, Desk

GPS = 0x8825


def photo(width: int = 800, height: int = 600) -> bytes:
    """Return a photo that says where it was taken, as telephones write it."""
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (30.0, 51.0, 7.0), 3: "E", 4: (120.0, 46.0, 12.0)}
    written = io.BytesIO()
    Image.new("RGB", (width, height), (90, 120, 60)).save(written, "JPEG", exif=exif)
    return written.getvalue()


def shown(content: bytes, kind: str = "image/jpeg") -> tuple[Desk, str, str]:
    """Return a town with a case that has a file, its number, and the digest."""
    desk = Desk()
    case = desk.file("restaurant-fumes")
    digest = hashlib.sha256(content).hexdigest()
    ending = {"image/jpeg": "jpg", "application/pdf": "pdf"}[kind]
    desk.media.kept[case.case_id, f"{digest}.{ending}"] = content
    crew = Actor("xu-meng", Role.HANDLER, unit=case.holder)
    file = Evidence(digest, "urn:x", kind)
    desk.act(case.case_id, Sign(), crew)
    desk.act(case.case_id, Progress(note="已到现场", evidence=(file,)), crew)
    return desk, case.case_id, digest


async def test_a_photo_is_on_the_page_small_and_whole_behind_it() -> None:
    content = photo()
    desk, number, digest = shown(content)
    browser = Browser(desk)
    await browser.sign_in("xu-meng")
    link = f"/cases/{number}/files/{digest}"

    page = (await browser.open(f"/cases/{number}")).text
    whole, small = await browser.open(link), await browser.open(f"{link}/small")

    assert f'src="{link}/small"' in page
    assert whole.body == content
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert small.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(small.body)).size == (EDGE, 240)


async def test_a_paper_is_saved_and_never_shown_by_the_browser() -> None:
    desk, number, digest = shown(b"%PDF-1.7 <script>", "application/pdf")
    browser = Browser(desk)
    await browser.sign_in("xu-meng")

    paper = await browser.open(f"/cases/{number}/files/{digest}")

    assert paper.headers["content-disposition"].startswith("attachment")
    assert (await browser.open(f"/cases/{number}/files/{digest}/small")).status == 404


@pytest.mark.parametrize("person", ["gao-feng", "lu-fang"])
async def test_who_may_not_read_the_case_gets_no_file_of_it(person: str) -> None:
    desk, number, digest = shown(photo())
    browser = Browser(desk)
    await browser.sign_in(person)

    assert (await browser.open(f"/cases/{number}/files/{digest}")).status == 404


async def test_a_file_that_was_altered_is_not_sent() -> None:
    desk, number, digest = shown(photo())
    desk.media.kept[number, f"{digest}.jpg"] = photo(640, 480)
    browser = Browser(desk)
    await browser.sign_in("xu-meng")

    assert (await browser.open(f"/cases/{number}/files/{digest}")).status == 404


@pytest.mark.parametrize("digest", ["..", "a", "%2e%2e%2f", "0" * 64])
async def test_what_is_no_file_of_the_case_is_not_there(digest: str) -> None:
    desk, number, _ = shown(photo())
    browser = Browser(desk)
    await browser.sign_in("xu-meng")

    assert (await browser.open(f"/cases/{number}/files/{digest}")).status == 404


def test_a_small_picture_does_not_say_where_it_was_taken() -> None:
    content = photo()
    small = thumbnail(content)

    assert Image.open(io.BytesIO(content)).getexif().get_ifd(GPS)
    assert not Image.open(io.BytesIO(small)).getexif()
    assert not re.search(rb"Exif|GPS", small)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 no picture", b"GIF89a", photo()[:300]])
def test_what_is_no_picture_is_not_drawn(content: bytes) -> None:
    with pytest.raises(NoPicture):
        thumbnail(content)


def test_a_picture_that_would_fill_the_memory_is_not_drawn() -> None:
    written = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")

    with pytest.raises(NoPicture):
        thumbnail(written.getvalue())


async def test_an_auditor_sees_the_digest_of_a_photo_and_not_the_photo() -> None:
    desk, number, digest = shown(photo())
    browser = Browser(desk)
    await browser.sign_in("yu-zhengming")

    page = await browser.open(f"/cases/{number}")

    assert digest[:12] in page.text
    assert f"/files/{digest}" not in page.text
    assert (await browser.open(f"/cases/{number}/files/{digest}")).status == 404
    assert (await browser.open(f"/cases/{number}/files/{digest}/small")).status == 404


def complained(content: bytes, kind: str, uri: str = "urn:x") -> tuple[Desk, str, str]:
    """Return a town with a case that began with a photo, its number, and the digest."""
    desk = Desk()
    digest = hashlib.sha256(content).hexdigest()
    case = desk.file("restaurant-fumes", evidence=(Evidence(digest, uri, kind),))
    desk.media.kept[case.case_id, f"{digest}.{kind.partition('/')[2][:3]}"] = content
    return desk, case.case_id, digest


async def test_the_photo_of_the_citizen_is_with_the_complaint() -> None:
    content = io.BytesIO()
    Image.new("RGB", (400, 300)).save(content, "PNG")
    desk, number, digest = complained(content.getvalue(), "image/png")
    browser = Browser(desk)
    await browser.sign_in("xu-meng", language="zh")
    link = f"/cases/{number}/files/{digest}"

    page = (await browser.open(f"/cases/{number}")).text
    whole, small = await browser.open(link), await browser.open(f"{link}/small")

    assert f'src="{link}/small" alt="诉求所附照片"' in page
    assert whole.body == content.getvalue()
    assert small.headers["content-type"] == "image/jpeg"


async def test_a_photo_that_no_small_picture_is_drawn_of_is_a_link() -> None:
    desk, number, digest = complained(b"GIF89a...", "image/gif")
    browser = Browser(desk)
    await browser.sign_in("xu-meng")
    link = f"/cases/{number}/files/{digest}"

    page = (await browser.open(f"/cases/{number}")).text

    assert f'href="{link}"' in page
    assert f"{link}/small" not in page
    assert (await browser.open(link)).headers["content-type"] == "image/gif"


@pytest.mark.parametrize("person", ["yu-zhengming", "gao-feng"])
async def test_the_photo_of_the_citizen_is_for_those_who_read_the_words(person: str) -> None:
    desk, number, digest = complained(photo(), "image/jpeg")
    desk.media.kept[number, f"{digest}.jpg"] = photo()
    browser = Browser(desk)
    await browser.sign_in(person)

    assert f"/files/{digest}" not in (await browser.open(f"/cases/{number}")).text
    assert (await browser.open(f"/cases/{number}/files/{digest}")).status == 404


async def test_a_file_that_is_withheld_from_the_reader_is_not_sent() -> None:
    desk, number, digest = complained(photo(), "image/jpeg", uri=HIDDEN)
    desk.media.kept[number, f"{digest}.jpg"] = photo()
    browser = Browser(desk)
    await browser.sign_in("xu-meng")

    assert f"/files/{digest}" not in (await browser.open(f"/cases/{number}")).text
    assert (await browser.open(f"/cases/{number}/files/{digest}")).status == 404
