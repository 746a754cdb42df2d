"""Whose miss a missed deadline is: also the platform's, the office's and the decider's."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from domain.case.dispatch.acts import Return
from domain.case.escalation.facts import DeadlineMissed
from domain.case.participants import late
from domain.case.requests.acts import Answer, AskExemption, AskExtension
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.reporting.periods import Period
from domain.reporting.reports import PeriodReport
from domain.sla.case_clocks import (
    ACCEPT,
    APPOINT,
    BY_PLATFORM,
    CALLBACK,
    CITIZEN,
    DISPATCH,
    FIRST,
    HOLDER,
    MEETING,
    ORDER,
    PLAN,
    SIGN,
    SUPERIOR,
    VERIFY,
)
from domain.vocabulary import Role, Stage, Tier
from runtime.cli.views.report import print_report
from tests.builders import ACTORS, case_at, plan
from tests.town import CITIZEN_LADDER, PLATFORM_LADDER, at, ladder, rung
from tests.unit.lives import ANY_LIVES, FEWER, Life
from tests.unit.rows.story import OFFICE_LEADER, Story, only
from tests.unit.rows.test_rhythm import APPOINTED, HELD, met, with_limits

NINE, TEN, LATE = at("2026-07-01 09:00"), at("2026-07-01 10:00"), at("2026-07-17 09:00")
QUIET = (CITIZEN_LADDER, PLATFORM_LADDER, ladder("holder", rung("red", 2, share=100)))
"""Nothing that raises the tier or writes letters."""
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def quiet(tier: Tier = Tier.ASSIGN, **changes: object) -> CasePlan:
    return plan(tier=tier, ladders=QUIET, **changes)  # type: ignore[arg-type]


def misses(story: Story) -> dict[str, tuple[str, ...] | None]:
    """Return whose miss each clock's was."""
    facts = only([event.fact for event in story.events], DeadlineMissed)
    return {fact.clock: fact.units for fact in facts}


def figures(*stories: Story) -> dict[tuple[str, str], int]:
    report = PeriodReport(YEAR)
    for story in stories:
        report.add(story.events)
    return dict(report.missed)


def test_what_waits_at_the_platform_is_the_platforms_miss() -> None:
    story = Story(quiet(holder=None))
    story.wait(LATE)
    back = Story(with_limits(quiet(), DISPATCH))
    back.do(Return(reason="Not ours."), NINE)
    back.do(Answer(part="return-1", granted=True, reason="So it is."), TEN)
    back.wait(at("2026-07-01 18:00"))

    assert misses(story)[ACCEPT] == ("platform",)
    assert misses(story)[CITIZEN] == ("platform",)
    assert misses(back) == {DISPATCH: ("platform",)}


def test_what_the_office_has_to_appoint_and_convene_is_the_offices_miss() -> None:
    story = Story(with_limits(quiet(Tier.SUPERVISE), APPOINT, MEETING, PLAN))
    story.do("sign", NINE)
    story.wait(at("2026-07-01 17:00"))
    appointed = misses(story)
    story.do(APPOINTED, at("2026-07-01 17:00"))
    story.wait(at("2026-07-06 09:00"))

    assert appointed[APPOINT] == ("office",)
    assert misses(story)[MEETING] == ("office",)


def test_what_is_not_planned_after_the_meeting_is_the_offices_miss() -> None:
    story = Story(with_limits(quiet(Tier.SUPERVISE), MEETING, PLAN))
    met(story)
    story.wait(at("2026-07-06 09:00"))

    assert at("2026-07-06 09:00") > HELD
    assert misses(story)[PLAN] == ("office",)


@pytest.mark.parametrize(
    ("decider", "unit"),
    [(Role.SUPERVISOR, "office"), (Role.LEADER, "office"), (Role.DISPATCHER, "platform")],
)
def test_a_request_that_waits_too_long_is_its_deciders_miss(decider: Role, unit: str) -> None:
    rules = tuple(
        replace(rule, decider=decider) if rule.kind is PartKind.EXTENSION else rule
        for rule in plan().parts
    )
    story = Story(quiet(parts=rules))
    story.do("sign", NINE)
    story.do(AskExtension(hours=8, reason="The lorry is broken."), NINE)
    story.wait(at("2026-07-02 10:00"))

    assert misses(story)["extension-1"] == (unit,)
    assert figures(story)[unit, "extension"] == 1


def test_what_the_unit_does_not_do_is_the_units_miss() -> None:
    story = Story(quiet())
    story.wait(at("2026-07-08 09:00"))

    found = misses(story)
    assert found[SIGN] == found[FIRST] == found[HOLDER] == ("squad",)


@pytest.mark.parametrize(
    ("stage", "clock"),
    [(Stage.RESOLVED, VERIFY), (Stage.VERIFIED, CALLBACK), (Stage.RESOLVED, CITIZEN)],
)
def test_what_waits_after_the_result_is_the_platforms_miss(stage: Stage, clock: str) -> None:
    assert late(case_at(stage, pinned=quiet()), clock, LATE) == ("platform",)


def test_the_second_signature_that_does_not_come_is_the_offices_miss() -> None:
    story = Story(quiet(Tier.SUPERVISE))
    for kind in ("sign", "resolve"):
        story.do(kind, NINE)
    first = late(story.case, VERIFY, LATE)
    story.do("verify", NINE)

    assert first == ("platform",)
    assert late(story.case, VERIFY, LATE) == ("office",)


def test_the_superiors_time_is_no_units_miss() -> None:
    assert late(case_at(Stage.SIGNED, pinned=quiet()), SUPERIOR, LATE) is None


@pytest.mark.parametrize("clock", BY_PLATFORM)
def test_what_the_platform_does_not_find_in_time_is_its_miss(clock: str) -> None:
    assert late(Story(quiet(holder=None)).case, clock, LATE) == ("platform",)


@pytest.mark.parametrize(("stage", "unit"), [(Stage.SIGNED, "squad"), (Stage.RESOLVED, "platform")])
def test_the_superiors_date_is_missed_by_who_has_the_turn(stage: Stage, unit: str) -> None:
    assert late(case_at(stage, pinned=quiet()), ORDER, LATE) == (unit,)


def test_the_superiors_date_is_missed_by_the_platform_that_finds_no_unit() -> None:
    assert late(Story(quiet(holder=None)).case, ORDER, LATE) == ("platform",)


def test_a_case_of_the_first_rules_says_of_no_miss_whose_it_is() -> None:
    story = Story(replace(quiet(), rules=None))
    story.wait(at("2026-07-08 09:00"))

    assert set(misses(story).values()) == {None}
    assert figures(story) == {}


@FEWER
@given(ANY_LIVES)
def test_every_miss_in_every_life_is_of_a_unit_or_of_a_superior(life: Life) -> None:
    for event in life.events:
        if isinstance(event.fact, DeadlineMissed) and event.fact.of is None:
            assert event.fact.units or event.fact.clock == SUPERIOR


# --- In the report.


def test_a_miss_that_a_later_deadline_has_overtaken_counts_for_no_unit() -> None:
    story = Story(quiet())
    story.do("sign", NINE)
    story.do("progress", NINE)
    asked = at("2026-07-07 17:00")
    story.wait(asked)
    story.do(AskExtension(hours=40, reason="The lorry is broken."), asked)
    late_day = at("2026-07-08 09:00")
    story.wait(late_day)
    before = figures(story)
    given_ = Answer(part="extension-1", granted=True, reason="One week more.")
    story.do(given_, late_day, by=OFFICE_LEADER)

    assert before["squad", HOLDER] == 1
    assert ("squad", HOLDER) not in figures(story)


def test_the_holders_exemption_exempts_no_one_else() -> None:
    story = Story(quiet(), at("2026-07-01 08:00"))
    story.do("sign", NINE)
    story.do(AskExtension(hours=8, reason="The lorry is broken."), NINE)
    story.wait(LATE)
    for kind in ("resolve", "verify", "close"):
        story.do(kind, LATE)
    story.do(AskExemption(reason="Floods."), LATE)
    before = figures(story)
    for number, by in enumerate((OFFICE_LEADER, ACTORS[Role.LEADER])):
        if story.part("exemption-1").is_open or not number:
            answer = Answer(part="exemption-1", granted=True, reason="So it is.")
            story.do(answer, LATE, by=by)

    assert before["squad", HOLDER] == before["office", "extension"] == 1
    assert ("squad", HOLDER) not in figures(story)
    assert figures(story)["office", "extension"] == 1


def test_the_report_shows_who_missed_how_many_deadlines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = PeriodReport(YEAR)
    for pinned in (quiet(), quiet(holder=None)):
        story = Story(pinned)
        story.wait(at("2026-07-17 09:00"))
        report.add(story.events)
    print_report("youchegang", report, None)
    table = capsys.readouterr().out.split("who missed deadlines")[1]
    shown = " ".join(table.split())

    assert "squad 4 citizen 1, first 1, holder 1, sign 1" in shown
    assert "platform 2 accept 1, citizen 1" in shown
