"""What bounds a report with photos, and what is refused because it is no such form."""

from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.gateway import limits
from console.gateway.answers import HttpRefusal
from console.gateway.limits import UploadLimits, Uploads
from domain.complaints import case_id_of
from tests.fakes.gateway import SOURCE, TOWN, Town
from tests.unit.test_open311 import DIGEST, said
from tests.unit.test_open311_photos import (
    BOUNDARY,
    FIELDS,
    JPEG,
    Part,
    body_of,
    field,
    photo,
    send,
    stored,
)

# --- Limits.


async def test_a_request_that_is_too_large_is_left_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes in the next seconds is read and forgotten; this client sends no more."""
    monkeypatch.setattr(limits, "SECONDS_TO_DRAIN", 0.1)
    town = Town(limits=UploadLimits(request_bytes=1000))

    whole = body_of([*FIELDS, photo(JPEG + b"x" * 1000)])

    answer = await send(town, body=[whole[:600], whole[600:1100]], stalls=True)

    assert answer.status == 413
    assert answer.headers["connection"] == "close"


async def test_texts_of_a_form_have_the_limit_of_an_event() -> None:
    town = Town(max_bytes=4096)

    assert (await send(town, field("email", "x" * 5000))).status == 413
    assert (await send(town, photo(JPEG + b"x" * 5000))).status == 200


@pytest.mark.parametrize(
    "parts",
    [
        [field(f"f{n}", "1") for n in range(200)],
        [photo(JPEG) for _ in range(60)],
        [('name="a"' + "".join(f"\r\nX-{n}: 1" for n in range(50)), b"")],
        [('name="a"; x="' + "y" * 10_000 + '"', b"")],
        [("filename=x", b"")],
        [field("description", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"))],
    ],
    ids=["fields", "files", "headers", "a long header", "no name", "twice"],
)
async def test_a_flood_of_parts_is_refused(parts: list[Part]) -> None:
    town = Town()

    assert (await send(town, *parts)).status == 400
    assert town.broker.kept == []


async def test_all_forms_that_are_read_at_once_have_a_limit_too() -> None:
    uploads = Uploads(UploadLimits(all_bytes=10))

    with (
        uploads.holding("a", has_key=True) as hold,
        uploads.holding("b", has_key=True) as hold_more,
    ):
        hold(6)
        with pytest.raises(HttpRefusal) as refused:
            hold_more(5)
    with uploads.holding("a", has_key=True) as hold:
        hold(10)

    assert refused.value.status == 503
    assert refused.value.retry_after
    assert (await send(Town(limits=UploadLimits(all_bytes=10)))).status == 503


# --- What is no form.


@pytest.mark.parametrize("parameter", ["", "; boundary=", f"; boundary={'x' * 71}"])
async def test_a_form_needs_a_boundary(parameter: str) -> None:
    answer = await send(Town(), headers=[("content-type", f"multipart/form-data{parameter}")])

    assert answer.status == 400
    assert "boundary" in answer.json[0]["description"]


@pytest.mark.parametrize("cut", [1, 5, 20, 60])
async def test_a_form_that_was_cut_is_refused_and_no_photo_is_stored(cut: int) -> None:
    town = Town()
    whole = body_of([*FIELDS, photo(JPEG * 10)]).removesuffix(b"--\r\n")

    answer = await send(town, body=whole[:-cut])

    assert answer.status == 400
    assert stored(town) == []


async def test_texts_of_a_form_are_utf_8() -> None:
    gbk = ('name="description"', "路灯".encode("gbk"))
    declared = field("phone", "139", "\r\nContent-Type: text/plain; charset=GBK")

    assert (await send(Town(), body=body_of([*FIELDS[:2], gbk]))).status == 400
    answer = await send(Town(), declared)
    assert answer.status == 415
    assert "gbk" in answer.json[0]["description"]
    assert (await send(Town(), field("_charset_", "gb18030"))).status == 400


async def test_a_photo_with_a_digest_of_its_own_needs_none() -> None:
    """The digest is that of the bytes, whatever else is said."""
    town = Town()

    await send(town, photo(JPEG), field("media_sha256", DIGEST), field("media_type", "text/html"))

    [file] = said(town)["attachments"]
    assert file["sha256"] == sha256(JPEG).hexdigest()
    assert file["media_type"] == "image/jpeg"


async def test_a_key_of_its_own_makes_the_number_of_a_report_with_a_photo() -> None:
    town = Town()
    kind = ("content-type", f"multipart/form-data; boundary={BOUNDARY}")

    answer = await send(town, photo(JPEG), headers=[kind, ("idempotency-key", "k-7")])

    assert answer.json[0]["service_request_id"] == case_id_of(TOWN, SOURCE, "k-7")


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(body=st.binary(max_size=300), place=st.integers(0, 300))
async def test_whatever_the_body_is_the_answer_is_no_defect(body: bytes, place: int) -> None:
    whole = body_of([*FIELDS, photo(JPEG)])

    answer = await send(Town(), body=whole[:place] + body + whole[place:])

    assert answer.status in {200, 400, 404, 413, 415}
