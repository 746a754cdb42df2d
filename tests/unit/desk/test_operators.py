"""Pages of operators: what came, dead letters and their repair, notices, and health in words."""

import re
from pathlib import Path

import pytest

from console.desk.health_findings import findings
from console.desk.oversight_ports import HealthState, WorkLeader
from schemas.intake import Outcome, Unavailable
from schemas.processes import ProcessState
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import OTHER_TOWN, TOWN, Answer
from tests.fakes.oversight import AT, BODY, entry

OPERATOR, DISPATCHER, AUDITOR = "yin-hao", "zhu-lihua", "yu-zhengming"
RUNBOOK = (Path(__file__).parents[3] / "docs" / "RUNBOOK.md").read_text("utf-8")
PAGES = ("/intake", "/dead-letters", "/dead-letters/1", "/deliveries", "/health")


async def at_the_desk(person: str = OPERATOR) -> tuple[Browser, Desk]:
    desk = Desk()
    desk.oversight.entries = [
        entry(1, TOWN),
        entry(2, None),
        entry(3, OTHER_TOWN),
        entry(4, TOWN, Outcome.ACCEPTED),
    ]
    browser = Browser(desk)
    await browser.sign_in(person)
    return browser, desk


def form_of(page: Answer, to: str) -> dict[str, str]:
    part = page.text.partition(f'/{to}">')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', part))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("person", "status"), [(OPERATOR, 200), (DISPATCHER, 404), (AUDITOR, 404), ("xu-meng", 404)]
)
async def test_these_pages_are_for_operators(path: str, person: str, status: int) -> None:
    browser, _ = await at_the_desk(person)

    assert (await browser.open(path)).status == status


async def test_a_letter_of_another_town_does_not_exist_and_one_of_no_town_does() -> None:
    browser, _ = await at_the_desk()
    listed = await browser.open("/dead-letters")

    assert (await browser.open("/dead-letters/3")).status == 404
    assert (await browser.open("/dead-letters/2")).status == 200
    assert '"/dead-letters/1"' in listed.text
    assert '"/dead-letters/3"' not in listed.text


async def test_a_letter_whose_bytes_name_another_town_does_not_exist_at_any_door() -> None:
    browser, desk = await at_the_desk()
    page = await browser.open("/dead-letters/2")
    desk.oversight.in_bytes[2] = OTHER_TOWN

    opened = await browser.open("/dead-letters/2")
    said = {"purpose": "repair", "why": "看"}
    sent = [
        await browser.send(f"/dead-letters/2/{to}", form_of(page, to), **said)
        for to in ("reveal", "replay", "discard")
    ]

    assert opened.status == 404
    assert [each.status for each in sent] == [404] * 3
    assert desk.readings == []
    assert desk.oversight.actions == {}


@pytest.mark.parametrize(("number", "told"), [(1, ()), (2, (OTHER_TOWN,))])
async def test_a_reading_of_a_letter_of_no_town_is_told_to_every_town(
    number: int, told: tuple[str, ...]
) -> None:
    browser, desk = await at_the_desk()
    page = await browser.open(f"/dead-letters/{number}")

    await browser.send(
        f"/dead-letters/{number}/reveal", form_of(page, "reveal"), purpose="repair", why="看"
    )

    assert desk.readings[0].also_told == told


async def test_counts_of_a_source_are_links_to_lists_of_as_many() -> None:
    browser, _ = await at_the_desk()
    page = await browser.open("/intake")
    link = re.search(r'href="(/intake\?[^"]*outcome=refused[^"]*)">(\d+)', page.text)

    assert link is not None
    listed = await browser.open(link[1].replace("&amp;", "&"))
    assert listed.text.count('<th role="rowheader" scope="row" class="line">https') - 1 == int(
        link[2]
    )


@pytest.mark.parametrize("query", ["days=2", "outcome=lost", "before=x", "before=" + "9" * 30])
async def test_an_address_that_no_page_writes_is_a_bad_one(query: str) -> None:
    browser, _ = await at_the_desk()

    assert (await browser.open(f"/intake?{query}")).status == 400


async def test_a_letter_is_masked_until_a_reason_is_journaled() -> None:
    browser, desk = await at_the_desk()
    page = await browser.open("/dead-letters/1")

    shown = await browser.send(
        "/dead-letters/1/reveal", form_of(page, "reveal"), purpose="repair", why="看哪里错了"
    )

    assert "王静怡" not in page.text
    assert "data.text: is missing" in page.text
    assert shown.status == 200
    assert "王静怡" in shown.text
    assert shown.headers["refresh"] == "300; url=/dead-letters/1"
    assert desk.readings[0].operation.kind == "dead_letter_read"
    assert desk.readings[0].about == "sanban.complaints/0/1"


async def test_a_corrected_letter_is_sent_once_with_its_reason() -> None:
    browser, desk = await at_the_desk()
    page = await browser.open("/dead-letters/1")
    page = await browser.send(
        "/dead-letters/1/reveal", form_of(page, "reveal"), purpose="repair", why="看"
    )
    form = form_of(page, "replay")

    done = await browser.send("/dead-letters/1/replay", form, why="补上正文", value=BODY + "\r\n")
    again = await browser.send("/dead-letters/1/replay", form, why="补上正文", value=BODY)

    assert done.status == 303
    assert again.status == 303
    [(number, value, who)] = desk.oversight.sent
    assert number == 1
    assert value == BODY.encode() + b"\n"
    assert who.person == OPERATOR
    assert who.why == "补上正文"
    assert "补上正文" in (await browser.open("/dead-letters/1")).text


@pytest.mark.parametrize("to", ["replay", "discard"])
async def test_without_a_reason_nothing_is_done_with_a_letter(to: str) -> None:
    browser, desk = await at_the_desk()
    form = form_of(await browser.open("/dead-letters/1"), to)

    answer = await browser.send(f"/dead-letters/1/{to}", form, why=" ")

    assert answer.status == 422
    assert desk.oversight.actions == {}


async def test_a_letter_that_is_closed_says_who_and_why() -> None:
    browser, desk = await at_the_desk()
    form = form_of(await browser.open("/dead-letters/1"), "discard")

    await browser.send("/dead-letters/1/discard", form, why="测试数据")
    page = await browser.open("/dead-letters/1")

    assert "殷浩" in page.text
    assert "测试数据" in page.text
    assert '/replay">' not in page.text
    assert desk.oversight.sent == []


async def test_bytes_that_are_gone_and_a_broker_that_is_away_leave_the_letter_open() -> None:
    browser, desk = await at_the_desk()
    form = form_of(await browser.open("/dead-letters/1"), "replay")
    desk.oversight.away = Unavailable("kafka", "no broker answers")
    away = await browser.send("/dead-letters/1/replay", form, why="重发")
    desk.oversight.away, desk.oversight.lost = None, "the topic has no such record"
    lost = await browser.send("/dead-letters/1/replay", form, why="重发")

    assert away.status == 503
    assert "重发" in away.text
    assert lost.status == 409
    assert "the topic has no such record" in lost.text
    assert desk.oversight.actions == {}


SERVICES = ("worker", "intake", "gateway", "console", "relay", "notify", "checkpoints")
ILL = HealthState(
    servers={"postgresql": None, "temporal": "temporal does not answer"},
    leaders=(
        WorkLeader("relay", "host/1", holds=True, silent_s=1),
        WorkLeader("notify", "", False, 99),
    ),
    relay_lag_s=900,
    relay_held=True,
    notices=3,
    notices_late_s=1800,
    unsigned_rows=9,
    unsigned_s=600,
    parked=2,
    parked_over=1,
    unaddressed={TOWN: 118},
    services=SERVICES,
    processes=(
        ProcessState("a/worker", "worker", "one/7", AT, AT, {"temporal": "is not there"}, 3),
        ProcessState("b/intake", "intake", "two/8", AT, AT, {}, 600),
        ProcessState("c/gateway", "gateway", "one/9", AT, AT, {}, 4),
        ProcessState("d/gateway", "gateway", "two/9", AT, AT, {}, 900),
        ProcessState("e/console", "console", "one/5", AT, AT, {}, 1),
    ),
)


def rows_of(text: str) -> dict[str, str]:
    """Return what the page says of processes: service -> its row."""
    names = {
        "Worker: ": "worker",
        "Intake: ": "intake",
        "Gateway: ": "gateway",
        "Console: ": "console",
        "办理进程：": "worker",
        "收件进程：": "intake",
        "网关：": "gateway",
        "控制台：": "console",
    }
    rows = re.findall(r'(?s)<tr role="row">(<td.*?)</tr>', text)
    return {id_: row for row in rows for name, id_ in names.items() if f">{name}" in row}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_is_not_well_comes_first_with_what_to_do(language: str) -> None:
    browser, desk = await at_the_desk()
    await browser.sign_in(OPERATOR, language=language)
    desk.oversight.health = ILL

    page = await browser.open("/health")
    judged = re.findall(r'<span class="chip chip--(open|done)">', page.text)

    assert page.status == 200
    assert "temporal does not answer" in page.text
    assert judged == sorted(judged, reverse=True)
    assert judged.count("open") == 15
    assert "118" in page.text
    found = rows_of(page.text)
    assert "one/7" not in found["worker"]
    assert "is not there" in found["worker"]
    assert "two/8" in found["intake"]
    assert "two/9" in found["gateway"]
    assert "one/9" not in found["gateway"]
    assert "one/5" in found["console"]


async def test_a_service_of_which_nothing_is_heard_is_not_well() -> None:
    """Green means that it was looked at: an empty table is no good news."""
    browser, desk = await at_the_desk()
    desk.oversight.health = HealthState({"postgresql": None}, services=SERVICES)

    page = await browser.open("/health")

    assert page.text.count("none has been heard of for an hour") == 6
    assert "not in use" in rows_of(page.text)["gateway"]
    for command in ("intake", "worker", "console", "relay", "notify"):
        assert f"Start `sanban {command}`" in page.text
    assert "Start `sanban audit checkpoint run`" in page.text


async def test_every_finding_names_a_section_of_the_runbook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    def noted(*given: object) -> object:
        found = findings(*given)  # type: ignore[arg-type]
        seen.extend(each.section for each in found)
        return found

    monkeypatch.setattr("console.desk.pages.health.findings", noted)
    browser, desk = await at_the_desk()
    await browser.open("/health")
    desk.oversight.health = ILL
    await browser.open("/health")

    assert {each for each in seen if f"\n## {each}\n" not in RUNBOOK} == set()
