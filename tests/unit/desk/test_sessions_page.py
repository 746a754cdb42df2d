"""The sessions of a person: seen by that person alone, and ended from any of them."""

from datetime import timedelta

import pytest

from console.desk.browsers import family_of
from tests.fakes.desk import Browser, Desk

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/128.0 Safari/537.36 Edg/128.0"


async def two() -> tuple[Desk, Browser, Browser, Browser]:
    """A person in two browsers, and another person."""
    desk = Desk()
    one = Browser(desk, headers=(("user-agent", FIREFOX),))
    two, stranger = Browser(desk, headers=(("user-agent", EDGE),)), Browser(desk)
    await one.sign_in("shen-haifeng")
    await two.sign_in("shen-haifeng")
    await stranger.sign_in("xu-meng")
    return desk, one, two, stranger


def token_in(page: str) -> str:
    return page.partition('name="token" value="')[2].partition('"')[0]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_person_sees_where_they_are_signed_in(language: str) -> None:
    _, one, _, _ = await two()
    await one.sign_in("shen-haifeng", language=language)

    page = await one.open("/sessions")

    assert page.status == 200
    assert "Firefox, Linux" in page.text
    assert "Edge, Windows" in page.text
    assert page.text.count('role="rowheader"') == 2


async def test_one_session_is_ended_from_another() -> None:
    desk, one, other, _ = await two()
    page = (await one.open("/sessions")).text
    [id_] = [s.id for s in desk.sessions.values() if s.browser == "Edge, Windows"]

    answer = await one.send("/sessions", {"token": token_in(page)}, which=id_)

    assert answer.status == 303
    assert (await other.open("/")).status == 303
    assert (await one.open("/")).status == 200


async def test_all_others_are_ended_at_once() -> None:
    _, one, other, stranger = await two()
    page = (await one.open("/sessions")).text

    await one.send("/sessions", {"token": token_in(page)}, which="others")

    assert (await other.open("/")).status == 303
    assert (await one.open("/")).status == 200
    assert (await stranger.open("/")).status == 200


async def test_no_one_ends_the_session_of_another_person() -> None:
    desk, one, _, stranger = await two()
    page = (await stranger.open("/sessions")).text
    for session in list(desk.sessions.values()):
        await stranger.send("/sessions", {"token": token_in(page)}, which=session.id)

    assert (await one.open("/")).status == 200


async def test_without_the_token_of_the_page_nothing_ends() -> None:
    desk, one, _, _ = await two()

    assert (await one.send("/sessions", {"token": "x"}, which="others")).status == 403
    assert len(desk.sessions) == 3


@pytest.mark.parametrize(("minutes", "status"), [(30, 200), (31, 303)])
async def test_a_session_without_a_request_ends_after_half_an_hour(
    minutes: int, status: int
) -> None:
    desk, one, _, _ = await two()
    desk.now += timedelta(minutes=minutes)

    assert (await one.open("/")).status == status


async def test_a_session_ends_after_twelve_hours_however_it_is_used() -> None:
    desk, one, _, _ = await two()
    seen = []
    for _ in range(25):
        desk.now += timedelta(minutes=29)
        seen.append((await one.open("/sessions")).status)

    assert seen == [200] * 24 + [303]


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (FIREFOX, "Firefox, Linux"),
        (EDGE, "Edge, Windows"),
        ("curl/8", ""),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_by_its_family(agent: str, family: str) -> None:
    assert family_of(agent) == family
