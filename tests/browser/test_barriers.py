"""axe looks once at what it cannot tell apart, and again at whatever can be a barrier."""

import pytest
from playwright.async_api import Browser

from tests.browser.barriers import barriers
from tests.browser.people import Person

PAGE = """
<!doctype html><html lang="zh-Hans"><head><meta name="viewport" content="width=device-width">
<title>案件</title></head>
<body><header><a href="#main">到正文</a><nav aria-label="栏目"><a href="/cases">案件</a></nav>
</header>
<main id="main"><h1>案件</h1><h2>一件</h2><p class="said">路边味道很大</p>
<p><b id="why">为什么</b> <span>已经三天</span></p><img src="data:," alt="照片">
<form><label for="text">内容</label><input id="text" aria-describedby="why" autocomplete="name">
<button>保存</button></form>
<table><tr><th scope="col">编号</th></tr><tr><td>1</td></tr></table><ul><li>一</li><li>二</li></ul>
</main></body></html>
"""
FAULTS = {
    "no name of a field": ('<label for="text">内容</label>', "内容"),
    "a label of another field": ('<label for="text">', '<label for="txet">'),
    "no text in a button": ("<button>保存", "<button>"),
    "a faint text": ('<p class="said">', '<p style="color: #aaa">'),
    "a faint text on its own ground": ('<p class="said">', '<p style="background: #666">'),
    "no language": ('lang="zh-Hans"', ""),
    "no such language": ('lang="zh-Hans"', 'lang="xx"'),
    "no title": ("<title>案件</title>", ""),
    "a heading that skips a level": ("<h2>一件</h2>", "<h4>一件</h4>"),
    "no heading": ("<h1>案件</h1><h2>一件</h2>", "<p>案件</p>"),
    "no landmark": ('<main id="main">', '<div id="main">'),
    "a picture without words": ('alt="照片"', ""),
    "a role that does not exist": ("<ul>", '<ul role="lsit">'),
    "something else in a list": ("<li>二</li>", "<p>二</p>"),
    "a link without words": ('<a href="/cases">案件</a>', '<a href="/cases"></a>'),
    "a page that may not be enlarged": ("device-width", "device-width, user-scalable=no"),
    "a fixed order of focus": ("<button>", '<button tabindex="3">'),
    "a field of no known kind": ('autocomplete="name"', 'autocomplete="eman"'),
    "two landmarks of one name": ("</nav>", '</nav><nav aria-label="栏目">全部</nav>'),
    "a label that leaves out what is seen": ("<button>", '<button aria-label="送出">'),
}


@pytest.fixture
async def someone(chromium: Browser) -> Person:
    page = await chromium.new_page(viewport={"width": 720, "height": 900})
    return Person(page, "", keyboard=False)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_barrier_on_a_page_like_one_without_is_found(someone: Person, fault: str) -> None:
    before, after = FAULTS[fault]
    await someone.page.set_content(PAGE)
    assert await barriers(someone) == []

    assert before in PAGE
    await someone.page.set_content(PAGE.replace(before, after))
    found = await barriers(someone)
    again = await barriers(someone)

    assert found != []
    assert again == found


async def test_a_page_that_differs_in_its_words_alone_is_looked_at_once(someone: Person) -> None:
    await someone.page.set_content(PAGE)
    assert await barriers(someone) == []
    words = {"zh-Hans": "en", "案件": "Cases", "路边味道很大": "It smells", "保存": "Save"}
    page = PAGE
    for word, other in words.items():
        page = page.replace(word, other)
    await someone.page.set_content(page)
    await someone.page.evaluate("() => { window.axe = null }")  # calling it would fail

    assert await barriers(someone) == []


async def test_what_moves_sideways_is_measured_on_each_page(someone: Person) -> None:
    await someone.page.set_content(PAGE)
    assert await barriers(someone) == []
    await someone.page.set_content(PAGE.replace("路边味道很大", "x" * 400))

    assert [each for each in await barriers(someone) if "px in 720" in each] != []
