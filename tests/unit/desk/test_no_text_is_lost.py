"""What a person typed is not lost: sent again under an old id, kept in a draft, with a photo."""

from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

from domain.case.handling.facts import Commented
from tests.fakes.desk import Browser, Desk
from tests.unit.desk.test_late_forms import SQUAD, TEXT, writing

OTHER_TEXT = "又去看了一次，仍有油烟"


def comments(desk: Desk) -> list[str]:
    facts = [event.fact for life in desk.lives.values() for event in life.events]
    return [fact.text for fact in facts if isinstance(fact, Commented)]


async def test_another_text_under_the_id_of_a_recorded_form_is_no_second_press() -> None:
    browser, desk, path, hidden = await writing()
    first = await browser.send(path, hidden, text=TEXT)
    again = await browser.send(path, hidden, text=TEXT)

    other = await browser.send(path, hidden, text=OTHER_TEXT)

    assert first.status == 303
    assert again.status == 303
    assert other.status == 409
    assert OTHER_TEXT in other.text
    assert "what you sent before is recorded" in other.text
    assert comments(desk) == [TEXT]

    done = await browser.send(path, browser.hidden(other), text=OTHER_TEXT)

    assert done.status == 303
    assert comments(desk) == [TEXT, OTHER_TEXT]


async def test_an_act_that_is_over_gives_another_text_back() -> None:
    browser, desk, path, hidden = await writing("return")
    assert (await browser.send(path, hidden, reason=TEXT)).status == 303

    other = await browser.send(path, hidden, reason=OTHER_TEXT)

    assert other.status == 409
    assert OTHER_TEXT in other.text
    assert len(desk.given) == 1


async def test_a_draft_with_another_text_is_sent_under_an_id_of_its_own() -> None:
    browser, desk, path, hidden = await writing()
    assert (await browser.send(path, hidden, text=TEXT)).status == 303
    desk.now += timedelta(minutes=31)
    late = await browser.send(path, hidden, text=OTHER_TEXT)
    await browser.sign_in(SQUAD)
    [wanted] = parse_qs(urlsplit(late.headers["location"]).query)["next"]
    shown = await browser.open(wanted)

    done = await browser.send(path, browser.hidden(shown), text=OTHER_TEXT)

    assert OTHER_TEXT in shown.text
    assert "what you sent before is recorded" in shown.text
    assert done.status == 303
    assert comments(desk) == [TEXT, OTHER_TEXT]


async def test_kept_drafts_are_on_the_home_page_until_they_are_sent() -> None:
    browser, desk, path, hidden = await writing()
    desk.now += timedelta(minutes=31)
    await browser.send(path, hidden, text=TEXT)
    await browser.send(path, hidden, text=OTHER_TEXT)
    await browser.sign_in(SQUAD)
    home = await browser.open("/")
    links = [part.partition('"')[0] for part in home.text.split('href="')[1:]]
    drafts = [unescape(link) for link in links if "kept=" in link]

    found = [await browser.open(link) for link in drafts]

    assert len(drafts) == 2
    assert {
        text for text in (TEXT, OTHER_TEXT) for page in found if text in unescape(page.text)
    } == {
        TEXT,
        OTHER_TEXT,
    }

    await browser.send(path, browser.hidden(found[0]), text="第一份")
    left = await browser.open("/")

    assert drafts[0] not in unescape(left.text)
    assert drafts[1] in unescape(left.text)


async def test_no_other_person_sees_a_draft() -> None:
    browser, desk, path, hidden = await writing()
    desk.now += timedelta(minutes=31)
    await browser.send(path, hidden, text=TEXT)
    other = Browser(desk)
    await other.sign_in("shen-haifeng")

    assert "kept=" not in (await other.open("/")).text
