"""A screen on the wall: figures that are those of lists, and nothing of a person."""

import re
from datetime import timedelta
from html import unescape

import pytest

from console.task_links import TRIES_PER_MINUTE
from schemas.screens import Escalation, Screen, screen_digest_of
from tests.fakes.desk import NOW, Browser, Desk
from tests.fakes.gateway import TOWN

SAID = "赵先生 13800001111 说油烟太大"
PATH = "/screen/token-of-the-hall"


def town() -> tuple[Desk, Browser]:
    desk = Desk()
    late = desk.file("garbage", text=SAID, ago=timedelta(days=40))
    for grid in ("G01", "G02"):
        desk.file("restaurant-fumes", text=SAID, grid=grid)
    digest = screen_digest_of("token-of-the-hall")
    desk.screens.screens[digest] = Screen(digest, TOWN, "大厅", NOW)
    place = (late.case_id, "garbage", "G01", "hetang-village")
    desk.screens.latest = [Escalation(NOW, 3, *place)]
    return desk, Browser(desk)


async def test_the_wall_shows_figures_grids_and_the_latest_escalations() -> None:
    _, wall = town()

    page = await wall.open(PATH)

    figures = re.findall(r"<span>([^<]+)</span><b>([^<]+)</b>", page.text)
    assert page.status == 200
    assert dict(figures)["在办"] == "3"
    assert dict(figures)["超期"] == "1"
    assert "L3" in page.text
    assert "荷塘村" in page.text
    assert '<meta http-equiv="refresh" content="60">' in page.text


async def test_nothing_on_the_wall_is_of_a_person_and_nothing_can_be_pressed() -> None:
    desk, wall = town()

    page = await wall.open(PATH)

    assert "13800001111" not in page.text
    assert "赵先生" not in page.text
    assert "<form" not in page.text
    assert "<a " not in page.text
    assert not any(person.name in page.text for person in desk.policies[TOWN].roster.people)
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_the_map_of_the_wall_needs_its_token_as_well() -> None:
    _, wall = town()
    page = await wall.open(PATH)
    [address] = re.findall(r'<img class="map" src="([^"]+)"', page.text)

    drawn = await wall.open(unescape(address))
    other = await wall.open("/screen/another/map.svg?n=G01:1")

    assert drawn.headers["content-type"] == "image/svg+xml"
    assert other.status == 404


async def test_a_token_that_was_removed_or_guessed_shows_nothing_and_guesses_are_limited() -> None:
    desk, wall = town()
    desk.screens.screens.clear()

    answers = [(await wall.open(PATH)).status for _ in range(TRIES_PER_MINUTE + 1)]

    assert {*answers[:-1]} == {404}
    assert answers[-1] == 429


@pytest.mark.parametrize(("language", "word"), [("zh", "最近升级"), ("en", "Latest escalations")])
async def test_the_wall_speaks_either_language(language: str, word: str) -> None:
    _, wall = town()

    assert word in (await wall.open(f"{PATH}?language={language}")).text
