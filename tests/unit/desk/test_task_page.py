"""A one-time link: given on a page once, and what its holder sees and can do with it."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from console.desk.uploads import AttachedFile
from console.task_links import TRIES_PER_MINUTE
from domain.case.outside_links import MOST_TRIES, LinkEnd
from domain.case.parts.facts import PartState
from domain.complaints import Evidence
from schemas.commands import CommandAnswer
from schemas.intake import Unavailable
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import Answer

SQUAD, PARTY = "xu-meng", "anyi-property"
SAID = "投诉人说：油烟太大"
PHOTO = AttachedFile(Evidence("5a" * 32, "urn:photo", "image/jpeg"), "").text


async def given(desk: Desk | None = None, evidence: str = "") -> tuple[Desk, Browser, str, str]:
    """A desk, the person of the lead, the case, and the path of a link for its task."""
    desk = desk or Desk()
    case = desk.file("restaurant-fumes", text=SAID).case_id
    squad = Browser(desk)
    await squad.sign_in(SQUAD)
    await squad.fill(f"/cases/{case}/acts/sign")
    what = "清理 12 幢消防通道\n全部搬离\n清理后拍照"
    task = {"unit": PARTY, "what": what, "evidence": evidence}
    assert (await squad.fill(f"/cases/{case}/acts/give_task", **task)).status == 303
    path = f"/cases/{case}/acts/give_link"
    ends = {"until.date": "2026-11-26", "until.time": "18:00"}
    shown = await squad.fill(path, part="task-1", **ends)
    assert shown.status == 200
    return desk, squad, case, path_in(shown)


def path_in(page: Answer) -> str:
    [path] = re.findall(r"https?://[^/]+(/task/[\w.-]+)", unescape(page.text))
    return str(path)


async def test_a_link_is_offered_given_and_shown_once() -> None:
    desk, squad, case, path = await given()

    case_page = await squad.open(f"/cases/{case}")

    [link] = desk.lives[case].case.task_links or ()
    assert link.part == "task-1"
    assert link.party == PARTY
    assert link.given_by == SQUAD
    assert path.rpartition(".")[2] not in case_page.text
    assert path.rpartition(".")[2] not in str(desk.lives[case].events)


async def test_the_form_of_a_link_sent_twice_shows_the_same_link_and_gives_one() -> None:
    desk, squad, case, _ = await given()
    path = f"/cases/{case}/acts/give_link"
    hidden = squad.hidden(await squad.open(path))
    ends = {"until.date": "2026-11-26", "until.time": "18:00"}

    first = await squad.send(path, hidden, part="task-1", **ends)
    again = await squad.send(path, hidden, part="task-1", **ends)

    assert path_in(again) == path_in(first)
    assert len(desk.lives[case].case.task_links or ()) == 2


async def test_a_case_without_a_task_for_an_outside_party_offers_no_link() -> None:
    desk = Desk()
    case = desk.file("restaurant-fumes").case_id
    squad = Browser(desk)
    await squad.sign_in(SQUAD)

    assert (await squad.open(f"/cases/{case}/acts/give_link")).status == 409
    assert f'"/cases/{case}/acts/give_link"' not in (await squad.open(f"/cases/{case}")).text


@pytest.mark.parametrize("day", ["", "2025-01-01", "2030-01-01", "x"])
async def test_a_link_without_a_fitting_end_is_not_given(day: str) -> None:
    desk, squad, case, _ = await given()
    before = desk.lives[case].case.task_links

    ends = {"until.date": day, "until.time": "10:00"}
    answer = await squad.fill(f"/cases/{case}/acts/give_link", part="task-1", **ends)

    assert answer.status in {409, 422}
    assert desk.lives[case].case.task_links == before


async def test_the_holder_sees_the_task_and_nothing_else_of_the_case() -> None:
    desk, _, case, path = await given()

    page = await Browser(desk).open(f"{path}?language=zh")

    assert page.status == 200
    assert "清理 12 幢消防通道" in page.text
    assert "全部搬离" in page.text
    assert SAID not in page.text
    assert "餐饮油烟" not in page.text
    assert "/cases" not in page.text
    assert case not in page.text.replace(path, "")
    assert page.headers["cache-control"] == "no-store"


async def test_a_report_reaches_the_task_and_ends_the_link() -> None:
    desk, _, case, path = await given()
    outside = Browser(desk)

    answer = await outside.send(path, {}, text="已全部搬离")
    after = await outside.open(path)

    part = desk.lives[case].case.part("task-1")
    assert answer.status == 303
    assert part is not None
    assert part.state is PartState.REPORTED
    assert desk.given[-1].actor.unit == PARTY
    assert after.status == 200
    assert "<form" not in after.text.partition("<main")[2]


async def test_a_report_sent_twice_is_one() -> None:
    desk, _, case, path = await given()
    outside = Browser(desk)

    await outside.send(path, {}, text="已全部搬离")
    rows = len(desk.lives[case].events)
    again = await outside.send(path, {}, text="已全部搬离")

    assert again.status == 200
    assert len(desk.lives[case].events) == rows


async def test_a_second_report_with_other_words_is_given_back_and_not_said_to_be_there() -> None:
    desk, _, case, path = await given()
    first, second = Browser(desk), Browser(desk)
    await second.open(path)
    await first.send(path, {}, text="已全部搬离")
    rows = len(desk.lives[case].events)

    answer = await second.send(f"{path}?language=zh", {}, text="还剩两辆电瓶车")

    assert answer.status == 409
    assert "此前已有报告" in answer.text
    assert "<time" in answer.text
    assert "还剩两辆电瓶车" in answer.text
    assert "已全部搬离" not in answer.text
    assert len(desk.lives[case].events) == rows


async def test_the_same_words_with_another_photo_are_another_report() -> None:
    desk, _, _, path = await given()
    outside = Browser(desk)
    await outside.send(path, {}, text="已全部搬离")

    answer = await outside.send(path, {}, **{"text": "已全部搬离", "evidence.kept": PHOTO})

    assert answer.status == 409


async def test_a_link_that_is_used_while_a_report_is_on_its_way_gives_the_text_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, _, _, path = await given()
    first, second = Browser(desk), Browser(desk)
    give = desk.give

    async def after_the_other(*said: Any) -> CommandAnswer:
        monkeypatch.undo()
        await first.send(path, {}, text="已全部搬离")
        return await give(*said)

    monkeypatch.setattr(desk, "give", after_the_other)
    answer = await second.send(f"{path}?language=zh", {}, text="还剩两辆电瓶车")

    assert answer.status == 409
    assert "此前已有报告" in answer.text
    assert "还剩两辆电瓶车" in answer.text


async def test_photos_that_the_task_needs_are_asked_for_and_what_was_typed_stays() -> None:
    desk, _, case, path = await given(evidence="1")
    desk.media.kept[case, f"{'5a' * 32}.jpg"] = b"photo"
    outside = Browser(desk)

    few = await outside.send(path, {}, text="已全部搬离")
    done = await outside.send(path, {}, **{"text": "已全部搬离", "evidence.kept": PHOTO})

    assert few.status == 422
    assert "已全部搬离" in few.text
    assert 'href="#f-evidence"' in few.text
    assert done.status == 303


@pytest.mark.parametrize("text", ["", " ", "\u200b"])
async def test_a_report_without_words_is_none(text: str) -> None:
    desk, _, _, path = await given()
    given_before = len(desk.given)

    assert (await Browser(desk).send(path, {}, text=text)).status == 422
    assert len(desk.given) == given_before


async def test_every_wrong_token_has_the_same_answer_and_a_few_are_counted() -> None:
    desk, _, case, path = await given()
    outside, wrong = Browser(desk), [f"{path[:-6]}AAAAA{nth}" for nth in range(9)]
    unknown = re.sub(r"/task/.{5}", "/task/00000", path)

    pages = [await outside.open(each) for each in (wrong[0], unknown, "/task/x")]
    pages += [await outside.send(each, {}, text="x") for each in wrong]

    [link] = desk.lives[case].case.task_links or ()
    assert {page.status for page in pages} == {404}
    assert len({re.sub(r"/task/[\w.-]+", "", page.text) for page in pages}) == 1
    assert link.tries == MOST_TRIES
    assert (await outside.open(path)).status == 200


async def test_an_address_that_guesses_is_stopped_and_a_right_token_is_not_charged() -> None:
    desk, _, _, path = await given()
    outside = Browser(desk)
    for _ in range(TRIES_PER_MINUTE + 5):
        assert (await outside.open(path)).status == 200

    answers = [(await outside.open("/task/x")).status for _ in range(TRIES_PER_MINUTE + 1)]

    assert answers[-1] == 429
    assert {*answers[:-1]} == {404}


@pytest.mark.parametrize("how", ["revoked", "expired", "replaced"])
async def test_a_link_that_has_ended_says_so_to_its_holder_alone(how: str) -> None:
    desk, squad, case, path = await given()
    if how == "revoked":
        act = f"/cases/{case}/acts/revoke_link"
        assert (await squad.fill(act, part="task-1", reason="发错")).status == 303
    elif how == "replaced":
        ends = {"until.date": "2026-11-26", "until.time": "18:00"}
        await squad.fill(f"/cases/{case}/acts/give_link", part="task-1", **ends)
    else:
        desk.now += timedelta(days=5)
    outside = Browser(desk)

    page, report = await outside.open(path), await outside.send(path, {}, text="已办")
    guess = await outside.open(f"{path[:-6]}AAAAAA")

    first = (desk.lives[case].case.task_links or ())[0]
    assert first.ended in {LinkEnd.REVOKED, LinkEnd.REPLACED, None}
    expected = 404 if how == "replaced" else 410  # the latest link of a task alone is known
    assert page.status == report.status == expected
    assert how == "replaced" or ("<textarea" not in page.text and "已办</textarea>" in report.text)
    assert "清理" not in page.text
    assert guess.status == 404


async def test_a_report_that_could_not_be_recorded_stays_in_the_form() -> None:
    desk, _, _, path = await given()
    desk.away = Unavailable("temporal", "away")

    answer = await Browser(desk).send(path, {}, text="已全部搬离")

    assert answer.status == 503
    assert "已全部搬离" in answer.text


async def test_another_site_sends_no_report() -> None:
    desk, _, _, path = await given()
    outside = Browser(desk, headers=(("sec-fetch-site", "cross-site"),))

    assert (await outside.send(path, {}, text="x")).status == 403
