"""The map of a list: its picture and its table have the same numbers, which are those of lists."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from console.desk.maps import GridMap, _label_place
from domain.policy.shapes import shapes_at
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import POLICIES, TOWN

SVG = "{http://www.w3.org/2000/svg}"


async def town() -> tuple[Desk, Browser]:
    desk = Desk()
    for grid in ("G01", "G01", "G02"):
        desk.file("stray-dogs", grid=grid)
    desk.file("stray-dogs", grid="G03", ago=timedelta(days=90))
    browser = Browser(desk)
    await browser.sign_in("zhu-lihua", language="zh")
    return desk, browser


def picture_of(text: str) -> str:
    [address] = re.findall(r'<img class="map" src="([^"]+)"', text)
    return unescape(address)


def tree_of(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own


async def test_each_grid_has_its_count_in_the_table_and_in_the_picture() -> None:
    _, browser = await town()

    page = await browser.open("/cases/map")
    picture = await browser.open(picture_of(page.text))

    rows = re.findall(r'grid=(G\d+)">[^<]+</a></th><td class="num">(\d+)<', page.text)
    texts = [each.text for each in tree_of(picture.text).iter(f"{SVG}text")]
    drawn = dict(zip(texts[1::2], texts[::2], strict=True))
    names = {grid.id: grid.name for grid in POLICIES[TOWN].grids}
    assert dict(rows) == {"G01": "2", "G02": "1", "G03": "1"}
    assert drawn == {name: dict(rows).get(grid, "0") for grid, name in names.items()}
    assert picture.headers["content-type"] == "image/svg+xml"


async def test_a_count_leads_to_the_list_that_it_counts() -> None:
    _, browser = await town()

    page = await browser.open("/cases/map?tier=assign")
    [link] = [each for each in re.findall(r'href="(/cases\?[^"]+)"', page.text) if "G01" in each]
    listed = await browser.open(unescape(link))

    assert unescape(link) == "/cases?tier=assign&grid=G01"
    assert "<title>案件：2 件" in listed.text


async def test_the_map_has_the_filter_of_the_list_and_late_cases_are_red() -> None:
    _, browser = await town()

    page = await browser.open("/cases/map?light=red")
    late = await browser.open(picture_of(page.text))
    all_of_them = await browser.open(picture_of((await browser.open("/cases/map")).text))

    assert re.findall(r'light=red">([^<]+)</a></th>', page.text)
    assert "#d9756c" in late.text
    assert "#d9756c" not in all_of_them.text


async def test_a_case_is_shown_in_its_grid_and_one_without_a_known_place_in_none() -> None:
    desk, browser = await town()
    placed, placeless = next(iter(desk.lives)), desk.file("stray-dogs", grid=None).case_id

    shown = (await browser.open(f"/cases/{placed}")).text
    picture = tree_of((await browser.open(picture_of(shown))).text)
    filled = [each.attrib["fill"] for each in picture.iter(f"{SVG}path")]
    bold = [each.text for each in picture.iter(f"{SVG}text") if each.attrib["font-weight"] == "600"]

    assert picture_of(shown) == "/cases/map.svg?here=G01"
    assert 'href="/cases?grid=G01"' in shown
    assert len({*filled}) == 2
    assert bold == [next(grid.name for grid in POLICIES[TOWN].grids if grid.id == "G01")]
    assert 'class="map"' not in (await browser.open(f"/cases/{placeless}")).text


async def test_the_picture_asks_for_nothing_and_has_no_style_and_no_script() -> None:
    policy = POLICIES[TOWN]
    named = GridMap(policy.shapes, {"G01": 3}, {"G01": '<script>alert("x")</script>&'})

    tree = tree_of(named.svg())

    assert {each.tag for each in tree.iter()} == {f"{SVG}{tag}" for tag in ("svg", "path", "text")}
    assert not any("style" in each.attrib or "href" in each.attrib for each in tree.iter())


def test_a_label_is_inside_its_own_grid_and_not_in_a_hole_of_it() -> None:
    shapes = POLICIES[TOWN].shapes
    placed = {shape.grid: _label_place(shape) for shape in shapes}

    assert {grid: [*shapes_at(shapes, point)] for grid, point in placed.items()} == {
        grid: [grid] for grid in placed
    }


@pytest.mark.parametrize("said", ["n=G01:9999999999", "n=G99:1", "n=G01:-1", "n=x", "n=G01:x"])
async def test_counts_that_no_page_writes_draw_nothing(said: str) -> None:
    _, browser = await town()

    answer = await browser.open(f"/cases/map.svg?{said}")

    texts = [each.text for each in tree_of(answer.text).iter(f"{SVG}text")]
    assert answer.status == 200
    assert {*texts[::2]} == {"0"}


async def test_a_town_without_shapes_has_the_table_alone() -> None:
    desk = Desk(policies={**POLICIES, TOWN: replace(POLICIES[TOWN], shapes=())})
    desk.file("stray-dogs", grid="G01")
    browser = Browser(desk)
    await browser.sign_in("zhu-lihua")

    page = await browser.open("/cases/map")

    assert page.status == 200
    assert "no shapes of grids" in page.text
    assert (await browser.open("/cases/map.svg")).status == 404


@pytest.mark.parametrize("query", ["stage=none-such", "q=a"])
async def test_a_map_of_no_list_is_refused(query: str) -> None:
    _, browser = await town()

    assert (await browser.open(f"/cases/map?{query}")).status == 400
