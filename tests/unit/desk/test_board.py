"""The board: each figure is the length of its list, and a superior's date has its reserve."""

from datetime import timedelta

import pytest

from domain.complaints import SuperiorOrder
from domain.vocabulary import Channel, Supervision
from tests.fakes.desk import Browser, Desk
from tests.unit.desk.test_home import FIGURE, length


def town() -> Desk:
    desk = Desk()
    for number, category in enumerate(("garbage", "restaurant-fumes", "railside-hazard")):
        desk.ring(desk.file(category, ago=timedelta(days=9 * number)).case_id)
    return desk


@pytest.mark.parametrize("person", ["fei-xuewen", "shen-haifeng"])
async def test_each_figure_is_the_length_of_its_list(person: str) -> None:
    browser = Browser(town())
    await browser.sign_in(person)

    figures = FIGURE.findall((await browser.open("/board")).text)
    lengths = {name: await length(browser, path) for path, name, _ in figures}

    assert len(figures) == 6
    assert lengths == {name: int(number) for _, name, number in figures}


async def test_a_case_of_a_superior_is_there_with_its_number_and_dates() -> None:
    desk = Desk()
    order = SuperiorOrder(
        "秀督〔2026〕71 号",
        "秀洲区信访局",
        due_at=desk.now + timedelta(days=20),
        level=Supervision.DISTRICT,
    )
    case = desk.file("pig-farming", channel=Channel.SUPERIOR, superior=order)
    browser = Browser(desk)
    await browser.sign_in("fei-xuewen")

    page = (await browser.open("/board")).text

    assert "秀督〔2026〕71 号" in page
    assert f"/cases/{case.case_id}" in page


@pytest.mark.parametrize("person", ["zhu-lihua", "xu-meng", "yu-zhengming"])
async def test_the_board_is_for_the_office_and_the_leading_group(person: str) -> None:
    browser = Browser(town())
    await browser.sign_in(person)

    assert (await browser.open("/board")).status == 404
