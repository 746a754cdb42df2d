"""A report with photos: multipart/form-data, as foreign Open311 clients send it."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest

from console.gateway.limits import UploadLimits
from tests.fakes.gateway import TOKEN, Answer, Town, ask
from tests.unit.test_open311 import REPORT, said

JPEG = b"\xff\xd8\xff\xe0 a photo"
PNG = b"\x89PNG\r\n\x1a\n another"
REQUESTS = "/open311/v2/requests.json"
BOUNDARY = "----a-boundary"

Part = tuple[str, bytes]
"""Headers behind Content-Disposition's type, and the content."""


def field(name: str, text: str, more: str = "") -> Part:
    return f'name="{name}"{more}', text.encode()


def photo(content: bytes, name: str = "media", kind: str = "image/jpeg") -> Part:
    return f'name="{name}"; filename="照片.jpg"\r\nContent-Type: {kind}', content


FIELDS = [field(name, text) for name, text in REPORT.items()]


def body_of(parts: Sequence[Part]) -> bytes:
    begun = [
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content
        for head, content in parts
    ]
    return b"\r\n".join([*begun, f"--{BOUNDARY}--\r\n".encode()])


async def send(town: Town, *parts: Part, **changes: Any) -> Answer:
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    arguments = {"headers": [("content-type", kind)], "body": body_of([*FIELDS, *parts])}
    return await ask(town.app(), "POST", REQUESTS, **arguments | changes)


def notice(answer: Answer) -> str:
    assert answer.status == 200, answer.text
    text: str = answer.json[0]["service_notice"]
    return text


def stored(town: Town) -> list[bytes]:
    assert town.media is not None
    return [*town.media.kept.values()]


async def test_photos_are_stored_by_digest_and_are_evidence() -> None:
    town = Town()

    answer = await send(town, photo(JPEG), photo(PNG, "media[]", "application/octet-stream"))

    assert notice(answer).endswith("ask for it by its number.")
    number = answer.json[0]["service_request_id"]
    names = [f"{sha256(JPEG).hexdigest()}.jpg", f"{sha256(PNG).hexdigest()}.png"]
    assert town.media is not None
    assert town.media.kept == {(number, names[0]): JPEG, (number, names[1]): PNG}
    assert said(town)["attachments"] == [
        {
            "sha256": sha256(content).hexdigest(),
            "uri": f"https://media.example/{number}/{name}",
            "media_type": kind,
        }
        for content, name, kind in zip((JPEG, PNG), names, ("image/jpeg", "image/png"), strict=True)
    ]
    assert said(town)["place"] == {"address": "银杏路口"}


@pytest.mark.parametrize("size", [1, 7, 64])
async def test_a_form_may_come_in_any_pieces(size: int) -> None:
    town = Town()
    whole = body_of([*FIELDS, photo(JPEG)])

    await send(town, body=[whole[at : at + size] for at in range(0, len(whole), size)])

    assert stored(town) == [JPEG]


async def test_the_key_may_come_in_the_form_behind_the_photo() -> None:
    town = Town()

    answer = await send(town, photo(JPEG), field("api_key", TOKEN), token=None)

    assert answer.status == 200
    assert (await send(town, photo(PNG), field("api_key", "x"), token=None)).status == 403
    assert stored(town) == [JPEG]


async def test_a_form_without_a_photo_is_a_report_and_an_empty_file_is_none() -> None:
    town = Town()

    answer = await send(town, ('name="media"; filename=""', b""))

    assert notice(answer).endswith("ask for it by its number.")
    assert "attachments" not in said(town)


async def test_a_named_file_and_a_photo_are_kept_together() -> None:
    town = Town()

    answer = await send(
        town,
        photo(JPEG),
        field("media_url", "https://a.example/1.jpg"),
        field("media_url", "https://a.example/2.jpg"),
    )

    assert "media_url: kept as unverified" in notice(answer)
    assert len(said(town)["attachments"]) == 1
    assert len(said(town)["unverified"]) == 2


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00", "image/heif"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00", "image/avif"),
    ],
)
async def test_the_type_of_a_picture_is_what_its_bytes_say(content: bytes, kind: str) -> None:
    town = Town()

    await send(town, photo(content, kind="text/html"))

    assert [each["media_type"] for each in said(town)["attachments"]] == [kind]


@pytest.mark.parametrize(
    "content", [b"<svg onload='x'/>", b"%PDF-1.7", b"MZ", b"<html>", b"RIFF....WAVE", b"\x00" * 20]
)
async def test_what_is_no_picture_is_told_and_the_report_is_taken(content: bytes) -> None:
    town = Town()

    answer = await send(town, photo(content), photo(JPEG))

    assert "media: files that are no pictures are not kept" in notice(answer)
    assert stored(town) == [JPEG]


async def test_a_photo_that_is_too_large_is_told_and_the_report_is_taken() -> None:
    town = Town(limits=UploadLimits(file_bytes=100))

    answer = await send(town, photo(JPEG * 20), photo(PNG))

    assert "media: photos of more than 100 bytes are not kept." in notice(answer)
    assert stored(town) == [PNG]


async def test_more_photos_than_are_stored_are_told_and_the_report_is_taken() -> None:
    town = Town(limits=UploadLimits(files=2))

    answer = await send(town, *(photo(JPEG + bytes([n])) for n in (1, 2, 2, 3)))

    assert "media: the first 2 photos are kept." in notice(answer)
    assert stored(town) == [JPEG + b"\x01", JPEG + b"\x02"]


async def test_where_no_photos_are_stored_the_report_is_taken_and_says_so() -> None:
    town = Town(media=None)

    answer = await send(town, photo(JPEG))

    assert "media: no photos are stored here; name them by media_url." in notice(answer)
    assert "attachments" not in said(town)


async def test_a_report_whose_photo_cannot_be_stored_now_is_asked_for_again() -> None:
    town = Town()
    assert town.media is not None
    town.media.away = True

    answer = await send(town, photo(JPEG))

    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert town.broker.kept == []


async def test_a_refused_report_leaves_no_photo() -> None:
    town = Town()

    answer = await send(town, photo(JPEG), body=body_of([field("lat", "1"), photo(JPEG)]))

    assert answer.status == 400
    assert stored(town) == []


async def test_the_same_report_with_the_same_photo_is_one_and_with_another_is_not() -> None:
    town = Town()
    app = town.app()

    async def number(content: bytes) -> str:
        kind = ("content-type", f"multipart/form-data; boundary={BOUNDARY}")
        body = body_of([*FIELDS, photo(content)])
        answer = await ask(app, "POST", REQUESTS, headers=[kind], body=body)
        found: str = answer.json[0]["service_request_id"]
        return found

    assert await number(JPEG) == await number(JPEG)
    assert await number(JPEG) != await number(PNG)
