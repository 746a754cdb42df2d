"""Every row of `sanban cases show` says who did it, and why."""

import dataclasses
from dataclasses import replace
from typing import Any, get_args

import pytest

from domain.case.closing.acts import Close, Withdraw
from domain.case.closing.facts import Withdrawn
from domain.case.commands import ENGINE, Act, Actor
from domain.case.events import Event, Fact
from domain.case.joint_work.acts import (
    Attendance,
    CaseDecision,
    Hold,
    Opinion,
    Resolution,
    Responsible,
)
from domain.case.merging.acts import Merge, Unmerge
from domain.case.registration.acts import Triage
from domain.case.requests.acts import Answer, AskExemption, AskExtension
from domain.case.supervision.acts import Appoint
from domain.case.suspension.acts import Resume, Suspend
from domain.case.tiers.acts import RaiseTier
from domain.vocabulary import Callback, Role, Stage, Tier, Urgency
from runtime.cli.views.cases import print_case
from runtime.cli.views.events import detail
from runtime.cli.views.parts import said
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, LOOKUP, PHOTO, complaint, plan, plan_for
from tests.hostile import hostile
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.test_foreign_views import KNOWN

LI = ACTORS[Role.HANDLER]
NINE = at("2026-07-01 09:00")
WORDS = frozenset({"reason", "note", "text", "advice", "instruction", "result", "detail"})
"""The fields in which a person says why, or what."""


def row_of(kind: type, actor: Actor = LI) -> str:
    """Return what is shown of a fact of this kind, with `words of FIELD` as its texts."""
    fact: Any = hostile(kind, KNOWN)
    names = {field.name for field in dataclasses.fields(fact)} & WORDS
    fact = replace(fact, **{name: f"words of {name}" for name in names})
    return detail(Event(1, NINE, actor, "c-1", "sign", fact), str)


@pytest.mark.parametrize("kind", get_args(Fact))
def test_every_row_says_which_person_of_which_unit(kind: type) -> None:
    assert row_of(kind).endswith("li of squad")


@pytest.mark.parametrize("kind", get_args(Fact))
def test_every_row_says_all_that_was_given_as_a_reason(kind: type) -> None:
    named = {field.name for field in dataclasses.fields(kind)} & WORDS
    shown = row_of(kind)

    assert [name for name in sorted(named) if f"words of {name}" not in shown] == []


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        (replace(LI, for_person="zhao"), "li for zhao of squad"),
        (replace(LI, for_person="zhao", set_by="wu"), "li for zhao (set by wu) of squad"),
        (Actor("seat-3", Role.HOTLINE), "seat-3"),
        (Actor("13800000000", Role.REPORTER), "the reporter"),
        (ENGINE, "a promise was broken by then"),
    ],
)
def test_a_row_names_officials_but_neither_citizens_nor_itself(actor: Actor, words: str) -> None:
    shown = row_of(Withdrawn, actor)

    assert shown.rpartition("; ")[2] == words.rpartition("; ")[2]


def last_row(story: Story, capsys: pytest.CaptureFixture[str], headline: str) -> str:
    """Return the text of the last row with this headline."""
    capsys.readouterr()
    print_case(story.events, NINE)
    rows = capsys.readouterr().out.splitlines()
    [*_, found] = [row.partition(headline)[2] for row in rows if headline in row]
    return found.strip()


def signed(tier: Tier = Tier.ASSIGN) -> Story:
    story = Story(plan(tier=tier))
    story.do("sign", NINE)
    return story


def test_a_triage_says_what_it_changed_from_what(capsys: pytest.CaptureFixture[str]) -> None:
    story = Story(plan_for(Stage.RECEIVED))
    about = replace(complaint(), urgency=Urgency.URGENT)
    triaged = replace(LOOKUP, plan=replace(plan(about, tier=Tier.SUPERVISE), holder=None))
    story.do(Triage(category="street-stalls", reason="Fire."), NINE, lookup=triaged)

    assert last_row(story, capsys, "受理 triaged") == (
        "tier from assign to supervise, urgency from normal to urgent, "
        "category from none to street-stalls; Fire.; wang of platform"
    )


def test_each_call_says_which_try_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    story = signed()
    for kind in ("resolve", "verify"):
        story.do(kind, NINE)
    days = ("2026-07-01 10:00", "2026-07-01 11:00", "2026-07-02 09:00")
    shown = []
    for day in days:
        story.do(Close(callback=Callback.NOT_REACHED, note="Rang."), at(day))
        closed = story.case.stage is Stage.CLOSED
        headline = "结案 closed" if closed else "回访 called back"
        shown.append(last_row(story, capsys, headline))

    assert shown == [f"not_reached; try {n}; Rang.; sun of platform" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("acts", "headline", "words"),
    [
        (
            (Withdraw(reason="Gone."), Answer(part="withdrawal-1", granted=True, reason="Yes.")),
            "撤诉 withdrawn",
            f"Yes.; {ACTORS[Role.SUPERVISOR].id} of {ACTORS[Role.SUPERVISOR].unit}",
        ),
        (
            (Merge(into=OTHER_CASE, reason="Same spot."),),
            "并单 merged",
            f"into {OTHER_CASE}: Same spot.; wang of platform",
        ),
        (
            (Merge(into=OTHER_CASE, reason="Same spot."), Unmerge(reason="Another.")),
            "撤销并单 unmerged",
            f"from {OTHER_CASE}: Another.; by one person, no clock stood still; wang of platform",
        ),
        (
            (RaiseTier(to=Tier.SUPERVISE, reason="Large."),),
            "升级 tier raised",
            "from assign to supervise: Large.; wang of platform",
        ),
        (
            (
                Suspend(reason="Frost.", until=at("2026-08-03 08:00"), measures="A fence."),
                Resume(reason="It thaws."),
            ),
            "恢复 resumed",
            "It thaws.; zhou of office",
        ),
        (
            (Suspend(reason="Frost.", until=at("2026-08-03 08:00"), measures="A fence."),),
            "挂账 suspended",
            "until Mon 2026-08-03 08:00: Frost.; measures A fence.; zhou of office",
        ),
        (
            (
                AskExtension(hours=8, reason="Rain."),
                Answer(part="extension-1", granted=True, reason="It rains."),
            ),
            "延期 extended",
            "by 8 h: It rains.; zhou of office",
        ),
    ],
)
def test_what_was_done_is_told_with_its_reason_and_its_person(
    acts: tuple[Act, ...], headline: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    by = {
        "raise_tier": ACTORS[Role.DISPATCHER],
        "withdraw": ACTORS[Role.REPORTER],
        "answer": ACTORS[Role.SUPERVISOR],
    }
    story = signed()
    for act in acts:
        story.do(act, NINE, by=by.get(act.kind))

    assert last_row(story, capsys, headline) == words


def test_a_case_handed_on_says_from_which_unit(capsys: pytest.CaptureFixture[str]) -> None:
    story = signed(Tier.SUPERVISE)
    story.do(Appoint(lead="water", instruction="Yours."), NINE)

    assert "from squad to water" in last_row(story, capsys, "派遣 dispatched")


def test_an_exemption_says_who_granted_it_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    story, later = signed(), at("2026-07-08 09:00")
    story.do("progress", NINE)
    story.wait(later)
    for kind in ("resolve", "verify", "close"):
        story.do(kind, later)
    story.do(AskExemption(reason="Flood."), later)
    answer = Answer(part="exemption-1", granted=True, reason="So it was.")
    story.do(answer, later, by=ACTORS[Role.SUPERVISOR])

    shown = last_row(story, capsys, "进展 moved")
    assert shown == "exemption-1 granted; reason So it was.; zhou of office"


def test_who_came_wrote_and_leads_is_said_without_code() -> None:
    held = Hold(
        part="conference-1",
        minutes="Divided.",
        tasks=(Resolution("water", "Dig."),),
        decisions=(CaseDecision(OTHER_CASE, "Pay."),),
        written=(Opinion("market", "lin", PHOTO),),
        responsible=(Responsible("waste", "squad"),),
        came=(Attendance("fire", "luo"), Attendance("police", "xu")),
    )

    assert said(held, str) == (
        "minutes Divided., tasks water: Dig., "
        f"decisions {OTHER_CASE}: Pay., written market: lin, responsible waste: squad, "
        "came fire: luo + police: xu"
    )
