"""Files of forms: what no person could look at is no evidence, and costs no text."""

import json
import re
import zlib
from html import unescape

import pytest

from console.desk.uploads import AttachedFile
from domain.case.closing.acts import Resolve
from domain.complaints import Evidence
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import Answer, ask
from tests.pictures import fresh_photo

TEXT = "已清运，地面已冲洗"


def bomb() -> bytes:
    """Return a PNG that claims 65535 x 65535 pixels, and has none."""
    head = b"IHDR" + (65535).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + head + zlib.crc32(head).to_bytes(4)


async def resolved(desk: Desk, files: list[bytes], text: str = TEXT) -> Answer:
    """Sign a case, and send the form that resolves it with these files."""
    case = desk.file("restaurant-fumes").case_id
    browser = Browser(desk)
    await browser.sign_in("xu-meng")
    await browser.fill(f"/cases/{case}/acts/sign")
    path = f"/cases/{case}/acts/resolve"
    said = {**browser.hidden(await browser.open(path)), "result": text}
    field = b"--b\r\nContent-Disposition: form-data; name="
    parts = [field + f'"{name}"\r\n\r\n{text}\r\n'.encode() for name, text in said.items()]
    head = field + b'"evidence"; filename="1.jpg"\r\n\r\n'
    parts += [head + content + b"\r\n" for content in files]
    return await ask(
        desk.app(),
        "POST",
        path,
        token=None,
        headers=[
            ("content-type", "multipart/form-data; boundary=b"),
            ("cookie", f"sanban={browser.cookie}"),
        ],
        body=b"".join([*parts, b"--b--\r\n"]),
    )


async def test_a_photo_is_taken() -> None:
    desk = Desk()

    assert (await resolved(desk, [fresh_photo()])).status == 303
    assert len(desk.media.kept) == 1


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff", bomb(), fresh_photo()[:200]], ids=["three bytes", "bomb", "cut"]
)
async def test_a_picture_that_cannot_be_opened_resolves_nothing(content: bytes) -> None:
    desk = Desk()

    answer = await resolved(desk, [fresh_photo(), content])

    assert answer.status == 422
    assert "cannot be opened" in answer.text
    assert TEXT in unescape(answer.text)
    assert desk.media.kept == {}
    assert len(desk.given) == 1  # the signature


async def test_too_many_files_cost_no_text() -> None:
    desk = Desk()

    answer = await resolved(desk, [fresh_photo() for _ in range(21)])

    assert answer.status == 422
    assert "at most 20 files" in answer.text
    assert TEXT in unescape(answer.text)


async def test_what_is_no_form_is_not_called_a_defect() -> None:
    desk = Desk()
    answer = await resolved(desk, [b"x"] * 101)

    assert answer.status == 400
    assert "出错" not in answer.text
    assert "defect" not in answer.text


async def test_a_wrong_photo_is_taken_off_the_form_before_it_is_sent() -> None:
    desk = Desk()
    answer = await resolved(desk, [fresh_photo(), fresh_photo()], text=" ")
    boxes = re.findall(
        r'<input type="checkbox" name="evidence.kept" value="([^"]*)" checked>', answer.text
    )
    [case] = desk.lives
    browser = Browser(desk)
    await browser.sign_in("xu-meng")
    path = f"/cases/{case}/acts/resolve"
    hidden = browser.hidden(await browser.open(path))

    done = await browser.send(path, {**hidden, "evidence.kept": unescape(boxes[1])}, result=TEXT)

    assert answer.status == 422
    assert len(boxes) == 2
    assert answer.text.count("1.jpg") >= 2
    assert done.status == 303
    act = desk.given[-1].act
    assert isinstance(act, Resolve)
    assert [each.sha256 for each in act.evidence] == [json.loads(unescape(boxes[1]))["sha256"]]


async def test_a_file_that_was_deleted_meanwhile_is_chosen_again() -> None:
    """A page that stayed open for days names a file that no act has brought."""
    desk = Desk()
    case = desk.file("restaurant-fumes").case_id
    browser = Browser(desk)
    await browser.sign_in("xu-meng")
    await browser.fill(f"/cases/{case}/acts/sign")
    path = f"/cases/{case}/acts/resolve"
    gone = AttachedFile(Evidence("5a" * 32, "urn:minutes", "application/pdf"), "").text
    hidden = browser.hidden(await browser.open(path))
    answer = await browser.send(path, {**hidden, "evidence.kept": gone}, result=TEXT)

    assert "a file that was sent before is not kept any more" in unescape(answer.text)
    assert TEXT in answer.text
