"""The form for what a patrol found: who has it, what it keeps, and what it asks."""

import pytest

from domain.complaints import case_id_of
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import TOWN, Answer, ask
from tests.pictures import fresh_photo
from tests.unit.desk.test_patrols_page import IN_G01, IN_G08, OFFICE, OFFICER, VILLAGER, at_the_desk

FORM = "/patrols/market.2026-11-24/G08/finding"
SOURCE = "https://grid.example/patrol"


async def send_with_photo(browser: Browser, texts: dict[str, str], photo: bytes) -> Answer:
    """Send the form as a browser does that brings a file."""
    field = b"--b\r\nContent-Disposition: form-data; name="
    parts = [field + f'"{name}"\r\n\r\n{text}\r\n'.encode() for name, text in texts.items()]
    parts.append(field + b'"photo"; filename="street.jpg"\r\n\r\n' + photo + b"\r\n")
    kind = ("content-type", "multipart/form-data; boundary=b")
    headers = [kind, ("cookie", f"sanban={browser.cookie}")]
    body = b"".join([*parts, b"--b--\r\n"])
    return await ask(browser.desk.app(), "POST", FORM, token=None, headers=headers, body=body)


async def opened(person: str = OFFICER, language: str = "en") -> tuple[Browser, Desk, Answer]:
    browser, desk = await at_the_desk(person, language)
    return browser, desk, await browser.open(FORM)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_officer_finds_a_form_on_the_page_and_files_what_was_found(language: str) -> None:
    browser, desk, page = await opened(language=language)
    routes = await browser.open("/patrols")
    said = {"category": "city-appearance", "text": " 店外堆物 ", "point": IN_G08}
    sent = await browser.send(FORM, Browser.hidden(page), **said)
    [found] = desk.patrols.found.values()

    assert f'href="{FORM}"' in routes.text
    assert sent.status == 303
    assert sent.headers["location"] == "/patrols"
    assert found.text == "店外堆物"
    assert found.category == "city-appearance"
    assert found.grid == "G08"
    assert found.point == (120757250, 30813000)
    assert found.at == desk.now


async def test_a_picture_is_kept_with_the_case_that_will_be() -> None:
    browser, desk, page = await opened()
    hidden = Browser.hidden(page)
    photo = fresh_photo()
    sent = await send_with_photo(browser, {**hidden, "text": "店外堆物"}, photo)
    [found] = desk.patrols.found.values()
    [file] = found.evidence
    case = case_id_of(TOWN, SOURCE, hidden["id"])

    assert sent.status == 303
    assert file.media_type == "image/jpeg"
    assert await desk.media.read(case, f"{file.sha256}.jpg") == photo


async def test_the_same_form_sent_twice_files_once() -> None:
    browser, desk, page = await opened()
    for _ in range(2):
        assert (await browser.send(FORM, Browser.hidden(page), text="店外堆物")).status == 303

    assert len(desk.patrols.found) == 1


async def test_an_open_finding_of_the_kind_is_asked_about_and_the_form_keeps_its_words() -> None:
    browser, desk, page = await opened()
    await browser.send(FORM, Browser.hidden(page), text="店外堆物", category="garbage")
    [first] = desk.patrols.found
    again = await browser.open(FORM)
    asked = await browser.send(FORM, Browser.hidden(again), text="又一处", category="garbage")
    filed = await browser.send(
        FORM, Browser.hidden(asked), text="又一处", category="garbage", another="yes"
    )

    assert asked.status == 409
    assert f"/cases/{case_id_of(TOWN, '/patrol', first)}" in asked.text
    assert "又一处</textarea>" in asked.text
    assert filed.status == 303
    assert len(desk.patrols.found) == 2


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"text": " "}, 422, "问题描述"),
        ({"text": "堆物" * 2001}, 422, "最多 4000 字"),
        ({"text": "堆物", "point": "here"}, 422, "请填写经度和纬度"),
        ({"text": "堆物", "point": IN_G01}, 409, "坐标不在该网格内"),
        ({"text": "堆物", "category": "garbags"}, 409, "权责清单里没有此类别"),
    ],
)
async def test_what_cannot_be_filed_is_said_in_words(
    said: dict[str, str], status: int, words: str
) -> None:
    browser, desk, page = await opened(language="zh")
    answer = await browser.send(FORM, Browser.hidden(page), **said)

    assert answer.status == status
    assert words in answer.text
    assert desk.patrols.found == {}


async def test_without_a_broker_nothing_is_lost_and_the_page_says_so() -> None:
    browser, desk, page = await opened(language="zh")
    desk.patrols.away = True
    answer = await browser.send(FORM, Browser.hidden(page), text="店外堆物")

    assert answer.status == 503
    assert "系统暂时无法受理" in answer.text
    assert "店外堆物</textarea>" in answer.text


@pytest.mark.parametrize("person", [VILLAGER, OFFICE])
async def test_a_person_of_another_unit_has_no_form(person: str) -> None:
    browser, desk, page = await opened(person)
    token = (await browser.open("/patrols")).text.partition('name="token" value="')[2][:64]
    forged = await browser.send(FORM, {"token": token, "id": "x"}, text="店外堆物")

    assert page.status == 404
    assert forged.status == 404
    assert desk.patrols.found == {}


@pytest.mark.parametrize("place", ["market.2026-11-24/G01", "none.2026-11-24/G08", "market/G08"])
async def test_a_patrol_or_a_grid_that_is_not_there_has_no_form(place: str) -> None:
    browser, _, _ = await opened()

    assert (await browser.open(f"/patrols/{place}/finding")).status == 404


async def test_a_form_of_another_session_is_not_taken() -> None:
    browser, desk, page = await opened()
    answer = await browser.send(FORM, {**Browser.hidden(page), "token": "other"}, text="店外堆物")

    assert answer.status == 403
    assert desk.patrols.found == {}


async def test_a_patrol_that_is_to_come_takes_no_finding_and_says_when() -> None:
    browser, _, _ = await opened()
    page = await browser.open("/patrols/market.2026-11-25/G08/finding")

    assert page.status == 409
    assert "file it on a patrol of today" in page.text
