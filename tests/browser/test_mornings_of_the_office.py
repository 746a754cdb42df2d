"""Mornings of those who press: a supervisor with forty late cases, and the leading group."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.browser.acting import give
from tests.browser.people import Person, Visitor
from tests.browser.town import Filed, Town

WAYS = {
    "zh, without script": Visitor("zh", 1440, script=False),
    "en, by keyboard": Visitor("en", 390, keyboard=True),
}
ZONE = ZoneInfo("Asia/Shanghai")
BROKEN = {"zh": "对群众的承诺超期", "en": "the promise to the citizen is late"}
LOAD = {"zh": r"承办 \d+，应负责的超期 \d+", "en": r"has \d+, answers for \d+ late"}
DEFAULT = {"zh": "不同意", "en": "refused"}
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
    letter, burst = await town.file_all(
        [Filed("construction-waste", grid="G07"), Filed("water-burst", grid="G08")]
    )
    await town.act(burst, "song-tao", "sign")
    await town.act(burst, "song-tao", "progress", "note=已关阀")
    async with town.person("shen-haifeng", visitor) as office:
        await office.open("/")
        assert await office.page.locator(".load li").count() > 3
        late_of_all = office.page.locator('[aria-labelledby="late-h"]')
        assert BROKEN[visitor.language] in await late_of_all.inner_text()
        worst = late_of_all.locator("tbody tr").first
        assert re.search(r"\d", await worst.locator(".is-late").inner_text())
        assert re.match(r"L[1-6]", await worst.locator(".level").inner_text())
        assert (await worst.locator("td").first.inner_text()).strip()
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
        tomorrow = await office.page.locator(f'a[href="/cases/{burst}"]').count()
        await office.open(f"/cases/{letter}/acts/give_task")
        units = await office.page.locator("form.form").text_content()

    assert tomorrow
    assert re.search(LOAD[visitor.language], units or "")
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


@pytest.fixture(scope="session")
async def absent(town: Town) -> str:
    """Set the head of a unit absent until tomorrow; return the name."""
    days = [datetime.now(ZONE) + timedelta(days=number) for number in range(2)]
    first, last = (f"{day:%Y-%m-%d}" for day in days)
    told = await town.up.type(
        "duty", "add", "cao-jianguo", "--from", first, "--to", last, "--as", "yao-liqin",
        "--reason", "开会",
    )  # fmt: skip
    assert told.code == 0, told.output
    return "曹建国"


@pytest.mark.parametrize("way", WAYS)
async def test_the_leading_group_sees_on_its_board_what_no_one_else_ends(
    town: Town, forty: list[str], absent: str, way: str
) -> None:
    visitor = WAYS[way]
    order = f"秀督〔2026〕{71 + [*WAYS].index(way)} 号"
    vacuum, superior, resting = await town.file_all([
        Filed("waste-recycling", grid="G03"), Filed("pig-farming", grid="G04", order=order),
        Filed("restaurant-fumes", grid="G06"),
    ])  # fmt: skip
    await town.act(resting, "xu-meng", "sign")
    until, why = (
        f"{datetime.now(ZONE) + timedelta(days=9):%Y-%m-%d} 17:00",
        f"风机下月到货（{way}）",
    )
    said = (f"until={until}", f"reason={why}", "measures=先停用该灶台")
    await town.act(resting, "zhou-zhiqiang", "ask_suspension", *said)
    async with town.person("fei-xuewen", visitor) as leader:
        await leader.open("/board")
        board = await leader.page.content()
        figures = await leader.page.locator(".counts li").count()
        unowned = await leader.page.locator(f'a[href="/cases/{vacuum}"]').count()
        reserve = await leader.page.locator("tr", has_text=order).locator("td").last.inner_text()
        high = await leader.page.locator('[aria-labelledby="high-h"] .num').all_inner_texts()
        away = await leader.page.inner_text('[aria-labelledby="away-h"]')
        await leader.press(f'main a[href="/cases/{superior}"]')
        case = await leader.text()
        await leader.open("/approvals")
        waiting = await leader.text()

    assert figures == 6
    assert order in board
    assert unowned
    assert re.search(r"\d", reserve)
    assert sum(map(int, high)) > 0
    assert absent in away
    assert order in case
    assert why in waiting
    assert DEFAULT[visitor.language] in waiting
