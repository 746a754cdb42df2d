"""Signing in at an identity provider: who is proven and of the roster comes in, and no one else."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from console.desk.sign_in_limits import TooMany
from console.desk.sign_in_ports import SingleSignOn, WaysIn
from schemas.console import Identity, ProviderSignOut, Way
from schemas.intake import Unavailable
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import TOWN, Answer
from tests.fakes.sign_in import ISSUER, AttemptsInMemory, FakeProvider

PERSON = "zhu-lihua"
SUBJECTS = {"0041": (TOWN, PERSON), "0042": (TOWN, "left-last-year"), "0043": ("none", PERSON)}


@dataclass
class Town:
    """A console whose only way in is the identity provider."""

    provider: FakeProvider = field(default_factory=FakeProvider)
    attempts: AttemptsInMemory = field(default_factory=AttemptsInMemory)

    def __post_init__(self) -> None:
        single = SingleSignOn(self.provider, SUBJECTS.get, self.attempts)
        ways = WaysIn(single=single, url="https://console.example", contact="张三 8001")
        self.desk = Desk(roster_sign_in=False, ways=ways)

    def browser(self) -> Browser:
        return Browser(self.desk)

    async def leave(self, browser: Browser, wanted: str = "/") -> str:
        """Go to the provider; return the state that it is given."""
        path = f"/sign-in/provider?language=en&next={quote(wanted, safe='')}"
        answer = await browser.open(path)
        assert answer.status == 303
        [state] = parse_qs(urlsplit(answer.headers["location"]).query)["state"]
        return state

    async def come_back(self, browser: Browser, state: str, subject: str = "0041") -> Answer:
        code = f"code-{state}"
        self.provider.codes[code] = Identity(subject, subject, "s1")
        return await browser.open(f"/callback?code={code}&state={state}")


async def test_a_person_of_the_roster_signs_in_and_goes_on_to_the_page_that_was_wanted() -> None:
    town = Town()
    browser = town.browser()
    page = await browser.open("/cases?light=red")
    shown = await browser.open(page.headers["location"])
    state = await town.leave(browser, "/cases?light=red")

    answer = await town.come_back(browser, state)

    assert "/sign-in/provider?next=/cases%3Flight%3Dred" in unescape(shown.text)
    assert answer.status == 303
    assert answer.headers["location"] == "/cases?light=red"
    [session] = town.desk.sessions.values()
    assert session.person == PERSON
    assert session.way is Way.PROVIDER
    assert session.subject == "0041"
    assert (await browser.open("/")).status == 200


async def test_the_roster_decides_about_the_role_not_the_provider() -> None:
    town = Town()
    browser = town.browser()
    await town.come_back(browser, await town.leave(browser))

    assert "dispatcher" in (await browser.open("/")).text


@pytest.mark.parametrize("subject", ["0042", "0043", "9999", "<b>9999"])
async def test_who_is_not_of_the_roster_is_shown_the_subject_and_who_helps(subject: str) -> None:
    town = Town()
    browser = town.browser()

    answer = await town.come_back(browser, await town.leave(browser), subject)

    assert answer.status == 403
    assert subject in unescape(answer.text)
    assert "<b>9999" not in answer.text
    assert "张三 8001" in answer.text
    assert town.desk.sessions == {}


async def test_an_attempt_is_good_once() -> None:
    town = Town()
    browser = town.browser()
    state = await town.leave(browser)
    await town.come_back(browser, state)

    again = await town.come_back(browser, state)

    assert again.status == 400
    assert len(town.desk.sessions) == 1


async def test_two_tabs_sign_in_side_by_side() -> None:
    town = Town()
    browser = town.browser()
    one, two = await town.leave(browser, "/cases"), await town.leave(browser, "/sessions")

    first = await town.come_back(browser, one)
    second = await town.come_back(browser, two)

    assert first.headers["location"] == "/cases"
    assert second.headers["location"] == "/sessions"
    assert len(town.desk.sessions) == 1


async def test_no_other_browser_ends_an_attempt_and_none_is_spent_by_trying() -> None:
    town = Town()
    browser, other, bare = town.browser(), town.browser(), town.browser()
    state = await town.leave(browser)
    await town.leave(other)

    assert (await town.come_back(other, state)).status == 400
    assert (await town.come_back(bare, state)).status == 400
    assert town.desk.sessions == {}
    assert (await town.come_back(browser, state)).status == 303


async def test_an_attempt_is_over_after_ten_minutes() -> None:
    town = Town()
    browser = town.browser()
    state = await town.leave(browser)
    town.desk.now += timedelta(minutes=10, seconds=1)

    assert (await town.come_back(browser, state)).status == 400


@pytest.mark.parametrize(
    "query",
    [
        "code=none&state={}",
        "state={}",
        "error=access_denied&state={}",
        "error=%3Cscript%3E&state={}",
        "code=code&state={}&iss=https://evil.example",
    ],
)
async def test_what_the_provider_does_not_prove_begins_no_session(query: str) -> None:
    town = Town()
    browser = town.browser()
    state = await town.leave(browser)
    town.provider.codes["code"] = Identity("0041", "0041")

    answer = await browser.open(f"/callback?{query.format(state)}")

    assert answer.status == 403
    assert "<script>" not in answer.text
    assert town.desk.sessions == {}


async def test_the_issuer_in_the_answer_may_be_there() -> None:
    town = Town()
    browser = town.browser()
    state = await town.leave(browser)
    town.provider.codes["code"] = Identity("0041", "0041")

    answer = await browser.open(f"/callback?code=code&state={state}&iss={quote(ISSUER, safe='')}")

    assert answer.status == 303


async def test_a_session_that_was_there_before_is_not_the_one_after() -> None:
    town = Town()
    browser = town.browser()
    browser.cookie = "a-secret-that-another-person-has-put-there"
    await town.come_back(browser, await town.leave(browser))
    first = browser.cookie
    await town.come_back(browser, await town.leave(browser))

    assert first != "a-secret-that-another-person-has-put-there"
    assert browser.cookie != first
    assert len(town.desk.sessions) == 1


async def test_the_way_back_leads_to_no_other_host() -> None:
    town = Town()
    browser = town.browser()

    answer = await town.come_back(browser, await town.leave(browser, "//evil.example"))

    assert answer.headers["location"] == "/"


async def test_while_the_provider_is_away_the_page_says_so_and_sessions_go_on() -> None:
    town = Town()
    browser, other = town.browser(), town.browser()
    await town.come_back(browser, await town.leave(browser))
    town.provider.away = Unavailable("identity provider", "no answer")

    assert (await other.open("/sign-in/provider")).status == 503
    assert (await browser.open("/")).status == 200


async def test_an_address_that_tries_too_often_waits() -> None:
    town = Town()
    answers = {(await town.browser().open("/sign-in/provider")).status for _ in range(400)}

    assert answers == {303, 429}
    with pytest.raises(TooMany):
        town.desk.ways.limits._take("address 127.0.0.1", 1, 300)


async def test_behind_tls_both_cookies_are_of_this_host_alone() -> None:
    town = Town()
    town.desk.secure = True
    answer = await town.browser().open("/sign-in/provider")

    assert answer.headers["set-cookie"].startswith("__Host-sanban-browser=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "Path=/" in answer.headers["set-cookie"]


async def test_a_notice_of_the_provider_ends_the_sessions_that_it_names() -> None:
    town = Town()
    browser, other = town.browser(), town.browser()
    for each in (browser, other):
        await town.come_back(each, await town.leave(each))
    town.provider.tokens["right"] = ProviderSignOut(town.desk.now, "0041", "s1")
    town.provider.tokens["early"] = ProviderSignOut(town.desk.now - timedelta(1), "0041")

    for token, status, left in (("wrong", 400, 2), ("early", 200, 2), ("right", 200, 0)):
        answer = await town.browser().send("/back-channel-logout", {}, logout_token=token)

        assert answer.status == status
        assert len(town.desk.sessions) == left
    assert (await browser.open("/")).status == 303


async def test_who_signs_out_can_sign_out_there_too() -> None:
    town = Town()
    browser = town.browser()
    await town.come_back(browser, await town.leave(browser))

    answer = await browser.send("/sign-out", {})

    assert f"{ISSUER}/out" in (await browser.open(answer.headers["location"])).text


@pytest.mark.parametrize("path", ["/sign-in/provider", "/callback?state=a&code=b"])
async def test_without_a_provider_its_pages_are_not_there(path: str) -> None:
    desk = Desk(roster_sign_in=False)

    assert (await Browser(desk).open(path)).status == 404
    assert (await Browser(desk).send("/back-channel-logout", {})).status == 404


async def test_a_person_who_leaves_the_roster_is_out_at_the_next_request() -> None:
    town = Town()
    browser = town.browser()
    await town.come_back(browser, await town.leave(browser))
    town.desk.policies = {
        TOWN: replace(
            policy := town.desk.policies[TOWN],
            roster=replace(
                policy.roster,
                people=tuple(each for each in policy.roster.people if each.id != PERSON),
            ),
        )
    }

    assert (await browser.open("/")).status == 303
