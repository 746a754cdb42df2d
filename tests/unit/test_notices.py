"""Who is told of what, and when: the rules alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case.escalation.facts import RungReached
from domain.case.evolve import fold
from domain.notifications.notices import (
    HOUR,
    LONGEST_PAUSE,
    Notice,
    awake_at,
    is_given_up,
    message_id,
    notices,
    outgoing,
    pause_after,
)
from domain.notifications.rendering import MOST_LINES, NoticeFacts, render
from domain.policy.notice_rules import NoticeRules
from domain.policy.notice_texts import Language, NoticeTexts
from domain.sla.case_clocks import HOLDER
from domain.sla.ladders import Action
from domain.vocabulary import Urgency
from packs import shipped_packs
from runtime.wiring.packs import load_one
from store.packs.loader import load_pack
from tests.builders import plan
from tests.fakes.packs import HOLIDAYS, written
from tests.town import ZONE, at
from tests.unit.rows.story import Story

NIGHT = (21 * 60, 7 * 60)
RULES = NoticeRules(NoticeTexts((), ()), quiet=NIGHT, an_hour=4)
NOON = at("2026-07-01 12:00")


def notice(number: int = 1, urgency: Urgency = Urgency.NORMAL, attempts: int = 0) -> Notice:
    return Notice(
        case_id=f"case-{number}",
        row=number,
        person="li",
        tenant="town",
        at=NOON,
        action=Action.URGE,
        level=2,
        clock=HOLDER,
        urgency=urgency,
        unit="squad",
        attempts=attempts,
    )


def several(number: int) -> tuple[Notice, ...]:
    return tuple(notice(each) for each in range(number))


def sizes(waiting: Sequence[Notice], sent: Sequence[datetime] = (), now: datetime = NOON) -> object:
    return [len(m) for m in outgoing(waiting, sent, RULES, ZONE, now).messages]


def test_whoever_a_rung_tells_gets_a_notice_and_nobody_else() -> None:
    story = Story(plan())
    story.wait(at("2026-07-20 18:00"))
    rows = {event.seq: event.fact for event in story.events}

    found = [
        each
        for number, event in enumerate(story.events, 1)
        for each in notices(fold(story.events[:number]), event)
    ]

    assert found
    expected = [
        (seq, told.person)
        for seq, fact in rows.items()
        if isinstance(fact, RungReached)
        for told in fact.told
    ]
    assert expected == [(each.row, each.person) for each in found]
    assert {"street-stalls"} == {each.category for each in found}
    assert len({each.id for each in found}) == len(found)


def test_few_notices_come_one_by_one_and_many_as_one_digest() -> None:
    assert [1, 1, 1] == sizes(several(3))
    assert [4] == sizes(several(4))
    assert [40] == sizes(several(40))


def test_who_was_told_lately_gets_a_digest_sooner_and_then_nothing_for_a_while() -> None:
    lately = [NOON - timedelta(minutes=each) for each in (10, 20)]
    assert [1] == sizes(several(1), lately)
    assert [2] == sizes(several(2), lately)

    full = [NOON - timedelta(minutes=each) for each in (10, 20, 30, 40)]
    waits = outgoing(several(3), full, RULES, ZONE, NOON)

    assert () == waits.messages
    assert several(3) == waits.resting
    assert NOON + timedelta(minutes=20) == waits.until


def test_what_is_older_than_an_hour_takes_no_room() -> None:
    assert [1] == sizes(several(1), [NOON - HOUR] * 9)


def test_at_night_only_what_is_critical_is_told() -> None:
    critical, ordinary = notice(1, Urgency.CRITICAL), notice(2)
    night = at("2026-07-01 23:30")

    told = outgoing((critical, ordinary), (), RULES, ZONE, night)

    assert ((critical,),) == told.messages
    assert (ordinary,) == told.resting
    assert at("2026-07-02 07:00") == told.until


def test_what_is_critical_is_told_however_much_was_told_before() -> None:
    critical = notice(1, Urgency.CRITICAL)

    assert ((critical,),) == outgoing((critical,), [NOON] * 9, RULES, ZONE, NOON).messages


def test_what_failed_before_comes_as_one_digest_with_what_is_new() -> None:
    assert [2] == sizes((notice(1, attempts=4), notice(2)))


@pytest.mark.parametrize(
    ("quiet", "now", "wakes"),
    [
        (NIGHT, "2026-07-01 20:59", "2026-07-01 20:59"),
        (NIGHT, "2026-07-01 21:00", "2026-07-02 07:00"),
        (NIGHT, "2026-07-02 00:00", "2026-07-02 07:00"),
        (NIGHT, "2026-07-02 07:00", "2026-07-02 07:00"),
        ((780, 840), "2026-07-02 13:20", "2026-07-02 14:00"),
        ((780, 840), "2026-07-02 14:00", "2026-07-02 14:00"),
        (None, "2026-07-02 03:00", "2026-07-02 03:00"),
    ],
)
def test_quiet_hours_may_go_over_midnight(
    quiet: tuple[int, int] | None, now: str, wakes: str
) -> None:
    assert at(wakes) == awake_at(quiet, ZONE, at(now))


@pytest.mark.parametrize(
    ("quiet", "now", "wakes"),
    [
        ((1320, 150), "2026-03-29T00:30Z", "2026-03-29T01:00Z"),  # 02:30 is left out: at 03:00
        ((1320, 150), "2026-10-25T00:10Z", "2026-10-25T00:30Z"),  # the first 02:30
        ((1320, 150), "2026-10-25T01:10Z", "2026-10-25T01:30Z"),  # the second 02:30
    ],
)
def test_quiet_hours_end_by_the_wall_clock_also_when_it_changes(
    quiet: tuple[int, int], now: str, wakes: str
) -> None:
    begun = datetime.fromisoformat(now)

    assert datetime.fromisoformat(wakes) == awake_at(quiet, "Europe/Berlin", begun)


def test_pauses_double_up_to_ten_minutes() -> None:
    pauses = [pause_after(attempts).total_seconds() for attempts in range(1, 13)]

    assert [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600] == pauses
    assert pause_after(10_000) == LONGEST_PAUSE


def test_nothing_is_given_up_before_it_was_tried_for_long_enough() -> None:
    tried = replace(notice(), attempts=1, tried_at=NOON)

    assert not is_given_up(notice(), RULES, NOON + timedelta(days=9))
    assert not is_given_up(tried, RULES, NOON + timedelta(hours=23, minutes=59))
    assert is_given_up(tried, RULES, NOON + timedelta(hours=24))


def test_a_message_has_the_same_id_whenever_it_says_the_same() -> None:
    one, other = several(2)

    assert message_id((one,)) == one.id == "case-0/0/li"
    assert message_id((one, other)) == message_id((other, one)) != message_id((one, notice(7)))


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
NOTICES = st.builds(
    notice,
    number=st.integers(1, 10**6),
    urgency=st.sampled_from(Urgency),
    attempts=st.integers(0, 3),
)


@given(
    waiting=st.lists(NOTICES, max_size=30, unique_by=lambda each: each.id),
    ago=st.lists(st.integers(0, 90), max_size=10),
    now=MOMENTS,
)
def test_nothing_is_lost_nothing_doubled_and_nobody_gets_a_storm(
    waiting: list[Notice], ago: list[int], now: datetime
) -> None:
    sent = [now - timedelta(minutes=each) for each in ago]

    out = outgoing(waiting, sent, RULES, ZONE, now)

    told = [each for message in out.messages for each in message]
    assert sorted(each.id for each in waiting) == sorted(each.id for each in (*told, *out.resting))
    ordinary = [message for message in out.messages if not message[0].is_critical]
    lately = [each for each in sent if each > now - HOUR]
    assert not ordinary or len(ordinary) + len(lately) <= RULES.an_hour
    assert len(out.messages) - len(ordinary) <= RULES.an_hour
    assert (out.until is not None and out.until > now) == bool(out.resting)
    assert not any(each.is_critical for each in out.resting)


# --- Words.


def facts(**changed: Any) -> NoticeFacts:
    known = NoticeFacts(Action.WARN, "7kq2m", "垃圾", "城管", HOLDER, at("2026-07-01 18:00"), 1)
    return replace(known, **changed)


def test_a_notice_is_said_in_the_language_and_for_the_channel(tmp_path: Path) -> None:
    rules = load_pack(written(tmp_path), HOLIDAYS).notices
    assert rules is not None

    chinese = render(rules.texts, (facts(),), Language.CHINESE, "mailto", ZONE)
    english = render(rules.texts, (facts(),), Language.ENGLISH, "mailto", ZONE)
    short = render(rules.texts, (facts(),), Language.CHINESE, "sms", ZONE)
    other = render(rules.texts, (facts(action=Action.URGE),), Language.CHINESE, "sms", ZONE)

    assert "城管 垃圾 办理 2026-07-01 18:00 L1" == chinese.text
    assert "城管, 垃圾, handling, 2026-07-01 18:00, L1" == english.text
    assert "短 7kq2m" == short.title
    assert "L1" == short.text
    assert "提醒 7kq2m" == other.title


def test_a_digest_lists_its_cases_and_counts_those_beyond(tmp_path: Path) -> None:
    rules = load_pack(written(tmp_path), HOLIDAYS).notices
    assert rules is not None
    many = tuple(facts(case_id=f"case-{number}") for number in range(MOST_LINES + 2))

    digest = render(rules.texts, many, Language.ENGLISH, "mailto", ZONE)

    lines = digest.text.splitlines()
    assert f"{MOST_LINES + 2} cases" == digest.title
    assert "case-0 城管" == lines[0]
    assert [MOST_LINES + 1, "... and 2 more"] == [len(lines), lines[-1]]


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.name)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("channel", ["mailto", "sms"])
def test_shipped_packs_have_words_for_every_action(
    pack: Path, language: Language, channel: str
) -> None:
    rules = load_one(pack).notices
    assert rules is not None

    for action in Action:
        bare = facts(action=action, category=None, due_at=None, clock="task-1")
        said = render(rules.texts, (bare,), language, channel, ZONE)
        assert "7kq2m" in said.title + said.text
        assert "{" not in said.title + said.text
    digest = render(rules.texts, (facts(), facts(case_id="3dnh8")), language, channel, ZONE)
    assert "3dnh8" in digest.text
