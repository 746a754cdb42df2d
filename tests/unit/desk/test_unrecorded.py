"""Forms that come while the database does not answer: no text is lost."""

from html import unescape

from schemas.console import Session
from store.errors import StoreUnavailable
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import ask

TEXT = "三日内加装油烟净化器\n<b>"


async def writing() -> tuple[Desk, Browser, str, dict[str, str]]:
    desk = Desk()
    path = f"/cases/{desk.file('restaurant-fumes').case_id}/acts/comment"
    browser = Browser(desk)
    await browser.sign_in("xu-meng")
    return desk, browser, path, browser.hidden(await browser.open(path))


def freeze(desk: Desk) -> None:
    """Let every read of a session wait in vain."""

    async def find(*_: object, **__: object) -> Session | None:
        raise StoreUnavailable("no answer in time")

    desk.kept.find = find  # type: ignore[method-assign]


async def test_a_form_comes_back_with_its_text_and_can_be_sent_once_more() -> None:
    desk, browser, path, hidden = await writing()
    freeze(desk)

    shown = await browser.send(path, hidden, text=TEXT)
    kept = browser.hidden(shown)
    del desk.kept.find
    done = await browser.send(path, kept)

    assert shown.status == 503
    assert f'action="{path}"' in shown.text
    assert kept == {**hidden, "text": TEXT}
    assert "<b>" not in shown.text
    assert done.status == 303
    assert [getattr(message.act, "text", "") for message in desk.given] == [TEXT]


async def test_files_are_chosen_again() -> None:
    desk, browser, path, _ = await writing()
    freeze(desk)
    part = "--b\r\nContent-Disposition: form-data; name="
    body = f'{part}"result"\r\n\r\n已清\r\n{part}"evidence"; filename="1.jpg"\r\n\r\nx\r\n--b--\r\n'
    cookie = ("cookie", f"sanban={browser.cookie}")
    headers = [("content-type", "multipart/form-data; boundary=b"), cookie]

    shown = await ask(desk.app(), "POST", path, token=None, headers=headers, body=body.encode())

    assert shown.status == 503
    assert "已清" in unescape(shown.text)
    assert 'name="evidence" type="file"' in shown.text


async def test_a_page_that_was_only_asked_for_does_not_speak_of_records() -> None:
    desk, browser, path, _ = await writing()
    freeze(desk)

    shown = await browser.open(path)

    assert shown.status == 503
    assert "ecorded" not in shown.text
    assert "没有记录" not in shown.text


async def test_what_another_site_sends_is_not_shown() -> None:
    desk, browser, path, hidden = await writing()
    freeze(desk)
    browser.headers = (("sec-fetch-site", "cross-site"),)

    shown = await browser.send(path, hidden, text="anything")

    assert shown.status == 503
    assert "anything" not in shown.text
