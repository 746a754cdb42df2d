"""Texts of strangers and of people act on no page: the policy has nothing to stop."""

from urllib.parse import urlencode

from playwright.async_api import Browser

from console.desk.acts import fields_of
from schemas.intake import Reporter
from tests.browser.acting import give
from tests.browser.in_memory import MemoryTown, memory_town
from tests.browser.people import Person, Visitor

CORPUS = (
    '"><img src=x onerror=alert(1)>',
    "<script>alert(1)</script>",
    "</textarea></title><script>alert(1)</script>",
    "'><svg/onload=alert(1)>",
    '" autofocus onfocus=alert(1) x="',
    '<base href="//evil.example"><iframe src="//evil.example"></iframe>',
    '<style>@import "//evil.example"</style><link rel=stylesheet href="//evil.example">',
    '<meta http-equiv=refresh content="0;url=//evil.example"><form action="//evil.example">',
    '<a href="javascript:alert(1)">x</a>{{7*7}}${7*7}',
)
ALL = "油烟 " + " ".join(CORPUS)
MADE = """
() => [...document.querySelectorAll(
  "[onerror],[onload],[onfocus],[style],iframe,base,main style,main script,main link," +
  "a[href^='javascript']"
)].map((each) => each.outerHTML.slice(0, 120))
"""
READERS = {
    "shen-haifeng": ("/", "/cases", "/cases/map", "/approvals", "/board", "/duty", "/views"),
    "zhu-lihua": ("/", "/callbacks"),
    "yin-hao": ("/intake", "/dead-letters", "/deliveries", "/health"),
    "yu-zhengming": ("/", "/cases", "/audit"),
}


async def harmless(person: Person, path: str) -> None:
    """Open a page; fail if a text on it has become a part of it. The visit watches the policy."""
    await person.open(path)
    assert await person.page.evaluate(MADE) == [], path


async def test_no_text_of_any_field_acts_on_a_page(chromium: Browser) -> None:
    async with memory_town(chromium) as town:
        number = town.desk.file("restaurant-fumes", text=ALL).case_id
        town.desk.reporters[number] = Reporter(ALL[:80], ALL[:40], confidential=False)
        await written(town, number)
        for id_, paths in READERS.items():
            async with town.person(id_, Visitor()) as someone:
                for path in (*paths, f"/cases/{number}", f"/cases/{number}/print"):
                    await harmless(someone, path)
                await harmless(someone, f"/cases?{urlencode({'q': ALL[:90]})}")
                await harmless(someone, f"/cases?{urlencode({'light': ALL[:90]})}")


async def test_no_text_in_an_address_acts_on_a_form(chromium: Browser) -> None:
    async with memory_town(chromium) as town:
        number = town.desk.file("restaurant-fumes").case_id
        for id_ in ("xu-meng", "zhou-zhiqiang", "zhu-lihua", "shen-haifeng"):
            async with town.person(id_, Visitor()) as someone:
                for kind in await offered(someone, number):
                    said = {each.name: text for each in fields_of(kind) for text in (ALL,)}
                    await harmless(someone, f"/cases/{number}/acts/{kind}?{urlencode(said)}")
                    button = await someone.page.query_selector("form.form .buttons button")
                    if button:
                        await someone.press("form.form .buttons button")
                        assert await someone.page.evaluate(MADE) == [], kind


async def offered(person: Person, number: str) -> list[str]:
    """Return the acts to which the page of the case leads."""
    await person.open(f"/cases/{number}")
    links = await person.page.eval_on_selector_all(
        "a[href*='/acts/']", "(links) => links.map((each) => each.pathname.split('/').pop())"
    )
    return [*dict.fromkeys(kind for kind in links if kind != "give_link")]


async def written(town: MemoryTown, number: str) -> None:
    """Let people write such texts in every way that leaves one behind."""
    async with town.person("zhou-zhiqiang", Visitor()) as head:
        await give(head, number, "sign")
        await give(head, number, "comment", text=ALL)
        await give(head, number, "progress", note=ALL)
        await give(head, number, "give_task", unit="environment", what=ALL)
        await give(head, number, "ask_extension", hours="8", reason=ALL)
    async with town.person("shen-haifeng", Visitor()) as office:
        await give(office, number, "issue_letter", text=ALL)
        await give(office, number, "urge", text=ALL)
        await give(office, number, "answer", granted=True, reason=ALL)
    async with town.person("feng-lu", Visitor()) as member:
        await give(member, number, "report", text=ALL)
