"""Files that an Open311 report names: which digest belongs to which, and what is told."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.fakes.gateway import Town, ask
from tests.unit.test_open311 import DIGEST, FILE, REPORT, said
from tests.unit.test_open311_courtesy import taken
from tests.unit.test_open311_photos import JPEG, field, notice, photo, send

ONE, TWO, THREE = (f"https://a.example/{number}.jpg" for number in (1, 2, 3))
URL = ONE
OTHER, THIRD = "b" * 64, "c" * 64
JPG, MP4 = "image/jpeg", "video/mp4"


def evidence(uri: str, digest: str, kind: str = JPG) -> dict[str, str]:
    return {"uri": uri, "sha256": digest, "media_type": kind}


@pytest.mark.parametrize(
    ("urls", "digests", "kinds", "proved", "unverified"),
    [
        (["", TWO], [DIGEST, ""], [JPG, ""], [], [TWO]),
        ([ONE, TWO], [DIGEST, OTHER], ["", MP4], [evidence(TWO, OTHER, MP4)], [ONE]),
        (
            [ONE, TWO, THREE],
            [DIGEST, OTHER, THIRD],
            [JPG, MP4, JPG],
            [evidence(ONE, DIGEST), evidence(TWO, OTHER, MP4), evidence(THREE, THIRD)],
            [],
        ),
        ([ONE, TWO], [DIGEST], [JPG], [evidence(ONE, DIGEST)], [TWO]),
        ([ONE, TWO], [DIGEST, ""], [JPG], [evidence(ONE, DIGEST)], [TWO]),
        ([ONE, TWO], ["", OTHER], [JPG, JPG], [evidence(TWO, OTHER)], [ONE]),
        ([ONE, TWO], ["null", OTHER], [JPG, MP4], [evidence(TWO, OTHER, MP4)], [ONE]),
        ([ONE, ""], [DIGEST, ""], [JPG, ""], [evidence(ONE, DIGEST)], []),
        ([ONE, TWO], [DIGEST, DIGEST], [JPG], [evidence(ONE, DIGEST), evidence(TWO, DIGEST)], []),
        ([ONE, ONE], [DIGEST, DIGEST], [JPG], [evidence(ONE, DIGEST)], []),
        ([ONE, ONE], [DIGEST, ""], [JPG], [evidence(ONE, DIGEST)], []),
    ],
)
async def test_a_digest_belongs_to_the_address_at_its_place(
    urls: list[str],
    digests: list[str],
    kinds: list[str],
    proved: list[dict[str, str]],
    unverified: list[str],
) -> None:
    fields = {"media_url": urls, "media_sha256": digests, "media_type": kinds}
    town = Town()
    sent = await ask(
        town.app(),
        "POST",
        "/open311/v2/requests.json",
        headers=[("content-type", "application/x-www-form-urlencoded")],
        body=urlencode(REPORT | fields, doseq=True).encode(),
    )

    for complaint, text in ((said(town), notice(sent)), await taken(**fields)):
        assert complaint.get("attachments", []) == proved
        assert complaint.get("unverified", []) == [{"uri": uri} for uri in unverified]
        assert ("media_url: kept as unverified" in text) == bool(unverified)


@pytest.mark.parametrize("missing", [None, 7, {"a": 1}])
async def test_a_digest_in_json_that_is_no_text_keeps_its_place(missing: object) -> None:
    complaint, _ = await taken(
        media_url=[ONE, TWO], media_sha256=[missing, OTHER], media_type=[JPG, JPG]
    )

    assert complaint["attachments"] == [evidence(TWO, OTHER)]
    assert complaint["unverified"] == [{"uri": ONE}]


async def test_the_notice_says_how_many_are_unverified() -> None:
    _, text = await taken(media_url=[ONE, TWO, THREE], media_sha256=[DIGEST], media_type=JPG)

    assert "media_url: kept as unverified 2 of 3, for no media_sha256" in text


async def test_evidence_that_finds_no_room_is_told() -> None:
    town = Town()
    named = [
        part
        for number in range(20)
        for part in (
            field("media_url", f"https://a.example/{number}"),
            field("media_sha256", f"{number:064x}"),
        )
    ]

    answer = await send(town, photo(JPEG), *named, field("media_type", JPG))

    assert len(said(town)["attachments"]) == 20
    assert "media_url: the first 19 with a digest are kept." in notice(answer)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://a b", "with a space or a control character"),
        ("https://a\x00b", "with a space or a control character"),
        (f"https://{'a' * 1000}", "of more than 1000 characters"),
        ("ftp://a", "what does not begin with https:// or http://"),
    ],
)
async def test_the_reason_for_which_an_address_is_not_kept_is_the_right_one(
    url: str, why: str
) -> None:
    _, text = await taken(media_url=url)

    assert text.count("media_url") == 1
    assert why in text


@pytest.mark.parametrize(
    "fields",
    [
        {"media_url": URL},
        {"media_url[]": [URL]},
        FILE | {"media_url": URL, "media_sha256": "ab"},
        FILE | {"media_url": URL, "media_type": "text/x-sh"},
        FILE | {"media_url": URL, "media_type": "no type"},
        FILE | {"media_url": URL, "media_sha256": [DIGEST, "0" * 64]},
        {"media_url": URL, "media_type": "image/jpeg"},
    ],
)
async def test_a_file_without_a_digest_is_kept_as_unverified(fields: dict[str, Any]) -> None:
    complaint, notice = await taken(**fields)

    assert complaint["unverified"] == [{"uri": URL}]
    assert "attachments" not in complaint
    assert "media_url: kept as unverified" in notice


async def test_several_files_are_kept() -> None:
    urls = [f"https://a.example/{number}.jpg" for number in range(30)]

    complaint, notice = await taken(media_url=urls)

    assert [each["uri"] for each in complaint["unverified"]] == urls[:20]
    assert "media_url: the first 20 are kept." in notice


async def test_several_files_with_their_digests_are_evidence() -> None:
    urls, digests = [URL, "https://a.example/2.png"], [DIGEST, "0" * 64]

    complaint, notice = await taken(
        media_url=urls, media_sha256=digests, media_type=["image/jpeg", "image/png"]
    )

    assert [each["uri"] for each in complaint["attachments"]] == urls
    assert [each["sha256"] for each in complaint["attachments"]] == digests
    assert "unverified" not in complaint
    assert "media_url" not in notice


@pytest.mark.parametrize(
    "url", ["data:image/png;base64,aa", "photo.jpg", "javascript:x", "https://a b", {"a": 1}]
)
async def test_what_is_no_address_on_the_web_is_told_and_not_kept(url: object) -> None:
    complaint, notice = await taken(media_url=url)

    assert not complaint.keys() & {"attachments", "unverified"}
    assert "media_url" in notice
