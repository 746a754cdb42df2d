"""Bodies that do not come, or come too slowly, and clients that go away."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.types import Message

from console.desk import bodies
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import ask

FORM = ("content-type", "application/x-www-form-urlencoded")


async def path_of(desk: Desk) -> tuple[str, str]:
    """Return the page of an act, and the cookie of a person who may give it."""
    browser = Browser(desk)
    path = f"/cases/{desk.file('restaurant-fumes').case_id}/acts/comment"
    await browser.sign_in("xu-meng")
    return path, f"sanban={browser.cookie}"


@pytest.mark.parametrize("known", [False, True])
async def test_a_body_that_does_not_come_is_answered(
    known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "KNOWN_S" if known else "ANONYMOUS_S", 0.05)
    desk = Desk()
    path, cookie = await path_of(desk)
    headers = [FORM, ("cookie", cookie)] if known else [FORM]

    answer = await ask(
        desk.app(),
        "POST",
        path if known else "/sign-in",
        token=None,
        headers=headers,
        body=b"who=x",
        stalls=True,
    )

    assert answer.status == 408
    assert answer.headers["connection"] == "close"
    assert "defect" not in answer.text
    assert "出错" not in answer.text


async def test_who_is_known_may_send_slowly_and_others_may_not_send_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The time of a person who is signed in grows with what comes."""
    monkeypatch.setattr(bodies, "ANONYMOUS_S", 0.0)
    desk = Desk()
    path, cookie = await path_of(desk)

    known = await ask(
        desk.app(),
        "POST",
        path,
        token=None,
        headers=[FORM, ("cookie", cookie)],
        body=[b"te", b"xt=x"],
    )

    assert known.status == 403  # read whole; it has no token


async def test_what_is_more_than_any_form_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    path, cookie = await path_of(desk)
    monkeypatch.setattr(bodies, "MOST_BYTES", 10)

    answer = await ask(
        desk.app(),
        "POST",
        path,
        token=None,
        headers=[FORM, ("cookie", cookie)],
        body=[b"text=12345", b"6"],
    )

    assert answer.status == 413


async def test_a_client_that_goes_away_is_no_defect() -> None:
    desk = Desk()
    path, cookie = await path_of(desk)
    told: list[Message] = []
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [(b"cookie", cookie.encode()), (FORM[0].encode(), FORM[1].encode())],
        "client": ("127.0.0.1", 1),
    }

    async def pieces() -> AsyncIterator[Message]:
        yield {"type": "http.request", "body": b"te", "more_body": True}
        while True:
            yield {"type": "http.disconnect"}

    source = pieces()

    async def send(message: Message) -> None:
        told.append(message)

    await desk.app()(scope, lambda: anext(source), send)

    assert told == []


@pytest.mark.parametrize("person", ["xu-meng", None])
async def test_head_is_answered_as_get(person: str | None) -> None:
    desk = Desk()
    path, cookie = await path_of(desk)
    headers = [("cookie", cookie)] if person else []

    for page in ("/", path, "/sign-in"):
        get = await ask(desk.app(), "GET", page, token=None, headers=headers)
        head = await ask(desk.app(), "HEAD", page, token=None, headers=headers)
        assert head.status == get.status
        assert head.headers.get("location") == get.headers.get("location")
