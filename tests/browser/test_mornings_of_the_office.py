"""Mornings of those who press: a supervisor with forty late cases, and the leading group."""

import re
from datetime import timedelta

import pytest

from tests.browser.acting import give
from tests.browser.people import Person, Visitor
from tests.browser.town import Filed, Town

WAYS = {
    "zh, without script": Visitor("zh", 1440, script=False),
    "en, by keyboard": Visitor("en", 390, keyboard=True),
}
LATE = (
    "city-appearance", "outdoor-advertising", "greenery-damage", "construction-waste", "stray-dogs",
    "road-damage", "fire-hazard", "wages", "consumer-dispute", "property-dispute",
)  # fmt: skip


@pytest.fixture(scope="session")
async def forty(town: Town) -> list[str]:
    """File forty cases that are late for their citizens, no two of one matter and place."""
    grids = [f"G0{number}" for number in range(2, 6)]
    ago = timedelta(days=40)
    return await town.file_all([Filed(each, ago, grid) for grid in grids for each in LATE])


@pytest.mark.parametrize("way", WAYS)
async def test_a_supervisor_presses_ten_of_forty_and_prints_a_letter(
    town: Town, forty: list[str], way: str
) -> None:
    visitor = WAYS[way]
    first = 10 * [*WAYS].index(way)
    letter = (await town.file_all([Filed("construction-waste", grid="G07")]))[0]
    async with town.person("shen-haifeng", visitor) as office:
        await office.open("/")
        assert await office.page.locator(".load li").count() > 3
        late = int(await office.page.locator('.counts a[href="/cases?light=red"] b').inner_text())
        assert late >= len(forty)
        await office.press('.counts a[href="/cases?light=red"]')
        boxes = await office.page.locator('[name="case"]').evaluate_all(
            "(boxes) => boxes.map((each) => each.value)"
        )
        picked = boxes[first : first + 10]
        for number in picked:
            await office.tick(f'[name="case"][value="{number}"]')
        await office.select("#bulk-act", "urge")
        await office.press(".bulk__do button")
        assert await office.page.locator(".bulk-list li").count() == 10
        await office.write("#f-text", "请今天下班前报进展")
        await office.press("form.form button")
        assert sorted(await outcomes(office)) == sorted(picked)

        await give(office, letter, "issue_letter", text="请于两日内清运并报结果")
        await office.press(f'a[href^="/cases/{letter}/letters/letter-1"]')
        assert "请于两日内清运并报结果" in await office.page.inner_text("body")
        printed = await office.page.pdf()
        await office.open("/cases?due=tomorrow")
        red = await office.page.locator(".light--red").count()

    assert printed.startswith(b"%PDF")
    assert red == 0


async def outcomes(person: Person) -> list[str]:
    """Look again until each case has answered; return the cases that have an outcome."""
    again = 'main a[href$="?wait=1"]'
    while await person.page.locator(again).count():
        await person.press(again)
    links = await person.page.locator("main .acts a.code").evaluate_all(
        "(links) => links.map((each) => each.getAttribute('href'))"
    )
    return [re.sub("^/cases/", "", link) for link in links]


@pytest.mark.parametrize("way", WAYS)
async def test_the_leading_group_sees_on_its_board_what_no_one_else_ends(
    town: Town, forty: list[str], way: str
) -> None:
    visitor = WAYS[way]
    order = f"秀督〔2026〕{71 + [*WAYS].index(way)} 号"
    vacuum, superior = await town.file_all(
        [Filed("waste-recycling", grid="G03"), Filed("pig-farming", grid="G04", order=order)]
    )
    async with town.person("fei-xuewen", visitor) as leader:
        await leader.open("/board")
        board = await leader.page.content()
        figures = await leader.page.locator(".counts li").count()
        away = await leader.page.locator(f'a[href="/cases/{vacuum}"]').count()
        await leader.press(f'main a[href="/cases/{superior}"]')
        case = await leader.text()
        await leader.open("/approvals")
        waiting = await leader.text()

    assert figures == 6
    assert order in board
    assert away
    assert order in case
    assert waiting
