"""A citizen follows a case by a code without an account, and sees nothing that is not theirs."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case.citizen.acts import Supplement
from domain.case.closing.acts import Close, Resolve, Verify
from domain.case.commands import OtherCase
from domain.case.handling.acts import Comment
from domain.case.merging.acts import Merge, StayMerged
from domain.case.public_view import PublicView, public_view
from domain.case.registration.acts import Refuse
from domain.privacy.confidential import HIDDEN
from domain.privacy.follow_codes import NO_CASE, read, written
from domain.vocabulary import Callback, OutsideMandate, Role, Stage
from schemas.intake import Unavailable
from tests.acts import PHOTO
from tests.builders import ACTORS, LOOKUP, complaint, plan
from tests.fakes.gateway import OTHER_TOWN, POLICIES, TOWN, Town, ask, filed, post
from tests.town import at
from tests.unit.rows.story import Story

POLICY = POLICIES[TOWN]
OFFICIAL = POLICY.roster.people[5].name
CASE = "7kq2m-9xa4t-bnc2w"
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")


@given(digest=st.binary(min_size=32, max_size=32))
def test_a_code_is_read_as_it_was_written(digest: bytes) -> None:
    code = written(CASE, digest)
    number, whole = read(code)

    assert number == CASE
    assert whole == code
    assert read(f" {code.upper().replace('-', ' ')} ") == read(code)


@pytest.mark.parametrize(
    ("said", "meant"), [("7kq2m9xa4tbnc2wo0il1aaaaa", "00111"), ("7KQ2M-9XA4T-BNC2W-OOIIU", "")]
)
def test_letters_that_look_alike_are_one(said: str, meant: str) -> None:
    number, whole = read(said)

    assert number == (CASE if meant else NO_CASE)
    assert whole.split("-")[3:4] == ([meant] if meant else [])


@pytest.mark.parametrize(
    "said", ["", CASE, "路灯", "x" * 25 + "y", "%00", "7kq2m-9xa4t-bnc2w-!!!!!-aaaaa"]
)
def test_what_is_no_code_leads_to_no_case(said: str) -> None:
    number, whole = read(said)

    assert number == NO_CASE
    assert whole == ""


# --- What is shown.


def seen(story: Story, leader: Story | None = None, names: Sequence[str] = ()) -> PublicView:
    return public_view(POLICY, story.events, leader.events if leader else (), names)


def handled(words: str = "路灯已修好") -> Story:
    story = Story(plan(complaint(category="street-light"), holder="sanitation"))
    story.do("sign", NINE, by=replace(ACTORS[Role.HANDLER], unit="sanitation"))
    story.do(
        Resolve(result=words, evidence=(PHOTO,)),
        TEN,
        by=replace(ACTORS[Role.HANDLER], unit="sanitation"),
    )
    return story


def test_a_citizen_sees_stage_promise_unit_and_answer() -> None:
    story = handled()
    before = seen(story)
    story.do(Verify(passed=True, note="看过"), TEN, by=ACTORS[Role.VERIFIER])
    after = seen(story)

    assert before.stage is Stage.RESOLVED
    assert before.answer is None  # it may still be found not to hold
    assert after.answer == "路灯已修好"
    assert after.unit == "环境卫生管理所"
    assert after.promised == story.due("citizen")
    assert after.note == "已核查，等待回访 · verified, you may be asked"


def test_names_of_officials_and_of_the_reporter_are_not_shown() -> None:
    story = handled(f"{OFFICIAL}已到场，王女士（13800000000）确认")
    story.do(Verify(passed=True, note="看过"), TEN, by=ACTORS[Role.VERIFIER])

    shown = seen(story, names=("王女士", "13800000000"))

    assert shown.answer == f"{HIDDEN}已到场，{HIDDEN}（{HIDDEN}）确认"


def test_no_inner_word_is_shown() -> None:
    story = handled()
    inner = "隔壁老李举报的"
    story.do(Comment(text=inner), TEN, by=ACTORS[Role.SUPERVISOR])
    story.do(Verify(passed=True, note=inner), TEN, by=ACTORS[Role.VERIFIER])
    story.do(Close(callback=Callback.SATISFIED, note=inner), TEN, by=ACTORS[Role.HOTLINE])

    assert inner not in repr(seen(story))
    assert story.case.stage is Stage.CLOSED
    assert seen(story).ended


def test_why_a_matter_is_not_taken_on_is_the_answer() -> None:
    story = Story(plan(holder=None, callback=False))
    no = Refuse(because=OutsideMandate.STATUTORY_CHANNEL, advice="请向法院起诉")
    story.do(no, NINE, by=ACTORS[Role.DISPATCHER])

    assert seen(story).answer == "请向法院起诉"


def test_a_merged_case_follows_its_leader() -> None:
    leader, story = handled(), Story(plan(complaint(event_id="2", category="street-light")))
    leader.do(Verify(passed=True, note="看过"), TEN, by=ACTORS[Role.VERIFIER])
    number = leader.case.case_id
    lookup = replace(LOOKUP, other=OtherCase(number, Stage.SIGNED, category="street-light"))
    story.do(Merge(into=number, reason="一样"), TEN, by=ACTORS[Role.DISPATCHER], lookup=lookup)
    shown = seen(story, leader)

    assert shown.merged
    assert shown.case_id == story.case.case_id
    assert shown.stage is Stage.VERIFIED
    assert shown.unit == "环境卫生管理所"
    assert shown.answer == "路灯已修好"
    assert number not in repr(shown)


def test_the_citizen_of_a_merged_case_sees_why_it_is_no_other_matter() -> None:
    leader, story = handled(), Story(plan(complaint(event_id="2", category="street-light")))
    number = leader.case.case_id
    lookup = replace(LOOKUP, other=OtherCase(number, Stage.SIGNED, category="street-light"))
    story.do(Merge(into=number, reason="一样"), TEN, by=ACTORS[Role.DISPATCHER], lookup=lookup)
    story.do(Supplement(text="不是一回事", other_matter=True), TEN)
    before = seen(story, leader)
    story.do(StayMerged(case=number, reason=f"{OFFICIAL}看过：同一盏灯"), TEN)

    assert before.merged_because is None
    assert seen(story, leader).merged_because == f"{HIDDEN}看过：同一盏灯"


# --- Over HTTP.


@dataclass
class Codes:
    """The port in memory: a code is the number and five letters, twice."""

    views: dict[str, PublicView] = field(default_factory=dict)
    asked: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    away: bool = False

    async def code_of(self, tenant: str, case_id: str) -> str | None:
        if self.away:
            raise Unavailable("postgresql", "no connection")
        return f"{case_id}-aaaaa-aaaaa"

    async def find(self, tenants: Sequence[str], code: str) -> PublicView | None:
        self.asked.append((tuple(tenants), code))
        if self.away:
            raise Unavailable("postgresql", "no connection")
        return self.views.get(code)


def followed_town(**changes: Any) -> tuple[Town, Codes]:
    story = handled()
    codes = Codes({f"{CASE}-aaaaa-aaaaa": seen(story)})
    return Town(follow=codes, **changes), codes


def path(code: str, more: str = "", fmt: str = "json") -> str:
    return f"/open311/v2/follow/{code}.{fmt}{more}"


async def test_a_code_shows_its_case_without_a_key() -> None:
    town, codes = followed_town()
    answer = await ask(town.app(), "GET", path(f"{CASE}-aaaaa-aaaaa"), token=None)
    [shown] = answer.json

    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert shown["status"] == "open"
    assert shown["stage"] == "resolved"
    assert shown["agency_responsible"] == "环境卫生管理所"
    assert codes.asked == [((TOWN, OTHER_TOWN), f"{CASE}-aaaaa-aaaaa")]
    assert set(shown) == {
        *("service_request_id", "status", "status_notes", "stage", "service_name"),
        *("agency_responsible", "requested_datetime", "updated_datetime", "expected_datetime"),
        *("merged", "answer"),
    }


async def test_a_wrong_code_and_one_of_no_case_have_one_answer() -> None:
    town, codes = followed_town()
    given = (f"{CASE}-aaaaa-aaaab", "00000-11111-22222-33333-44444", "路灯", "x" * 400)
    answers = [await ask(town.app(), "GET", path(code), token=None) for code in given]

    assert {(each.status, each.body) for each in answers} == {(404, answers[0].body)}
    assert len(codes.asked) == len(given)  # every one of them is looked for


async def test_one_address_tries_few_codes() -> None:
    town, codes = followed_town()
    app = town.app()
    answers = [await ask(app, "GET", path(f"{CASE}-aaaaa-{i:05}"), token=None) for i in range(31)]
    town.seconds += 2
    later = await ask(app, "GET", path(f"{CASE}-aaaaa-aaaaa"), token=None)

    assert [each.status for each in answers] == [404] * 30 + [429]
    assert len(codes.asked) == 31
    assert later.status == 200


async def test_a_town_is_named_or_all_are_asked() -> None:
    town, codes = followed_town()
    await ask(town.app(), "GET", path("x", f"?jurisdiction_id={TOWN}"), token=None)
    unknown = await ask(town.app(), "GET", path("x", "?jurisdiction_id=x"), token=None)

    assert codes.asked == [((TOWN,), "x")]
    assert unknown.status == 404


async def test_without_the_database_a_code_waits() -> None:
    town, codes = followed_town()
    codes.away = True
    answer = await ask(town.app(), "GET", path("x", fmt="xml"), token=None)

    assert answer.status == 503
    assert answer.text.startswith("<?xml")


@pytest.mark.parametrize("decided", [True, False])
async def test_who_files_gets_the_code_with_the_answer_once_intake_has_the_report(
    decided: bool,
) -> None:
    town, _ = followed_town(decides_first=decided)
    answer = await post(town, filed())

    assert answer.status == 202
    case = answer.json["case"]
    assert answer.json.get("follow_code") == (f"{case}-aaaaa-aaaaa" if decided else None)


async def test_a_report_is_acknowledged_also_where_its_code_cannot_be_read() -> None:
    town, codes = followed_town(decides_first=True)
    codes.away = True
    answer = await post(town, filed())

    assert answer.status == 202
    assert "follow_code" not in answer.json
