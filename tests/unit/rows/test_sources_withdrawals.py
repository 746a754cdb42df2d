"""What a source withdraws for its citizen, once a unit works on it, and what is said of the end."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Withdraw
from domain.case.closing.facts import Archived, Withdrawn
from domain.case.commands import Actor
from domain.case.events import Event
from domain.case.evolve import evolve
from domain.case.final_words import final_words
from domain.case.requests.acts import Answer
from domain.complaints import SuperiorOrder
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Stage
from runtime.cli.views.events import detail
from tests.builders import ACTORS, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story, only

TEN = at("2026-07-01 10:00")
SOURCE = Actor(plan().complaint.source, Role.REPORTER)
SUPERVISOR = ACTORS[Role.SUPERVISOR]
WITHDRAW = Withdraw(reason="Solved by itself.")
GRANTED = Answer(part="withdrawal-1", granted=True, reason="The citizen said so.")


def signed(pinned: CasePlan | None = None) -> Story:
    story = Story(pinned or plan())
    story.do("sign", TEN)
    return story


def test_a_source_does_not_end_at_once_what_a_unit_has_signed() -> None:
    story = signed()
    story.do(WITHDRAW, TEN, by=SOURCE)
    waits = story.case.stage
    story.do(GRANTED, TEN, by=SUPERVISOR)

    assert waits is Stage.SIGNED
    assert story.case.stage is Stage.WITHDRAWN


def test_what_is_not_withdrawn_goes_on_and_nothing_of_it_is_lost() -> None:
    story = signed()
    story.do(WITHDRAW, TEN, by=SOURCE)
    story.do(replace(GRANTED, granted=False), TEN, by=SUPERVISOR)
    [asked] = [part for part in story.case.parts if part.kind is PartKind.WITHDRAWAL]

    assert story.case.stage is Stage.SIGNED
    assert asked.by == SOURCE


@pytest.mark.parametrize(
    "pinned",
    [
        replace(plan(), rules=2),
        plan(complaint(superior=SuperiorOrder("1", "city"))),
        replace(plan(), parts=tuple(r for r in plan().parts if r.kind is not PartKind.WITHDRAWAL)),
    ],
    ids=["earlier rules", "a superior takes back its own order", "no one decides on it"],
)
def test_what_a_source_still_ends_at_once(pinned: CasePlan) -> None:
    story = signed(pinned)
    story.do(WITHDRAW, TEN, by=SOURCE)

    assert story.case.stage is Stage.WITHDRAWN


def test_a_source_ends_at_once_what_no_unit_has_signed() -> None:
    story = Story()
    story.do(WITHDRAW, TEN, by=SOURCE)

    assert story.case.stage is Stage.WITHDRAWN


@pytest.mark.parametrize(
    ("actor", "words"),
    [(SOURCE, f"the reporter, by {SOURCE.id}"), (Actor("13800000000", Role.REPORTER), "reporter")],
    ids=["its source", "another name"],
)
def test_the_row_names_the_source_that_withdrew_it_and_no_other(actor: Actor, words: str) -> None:
    story = Story()
    before = story.case
    [fact] = only(story.do(WITHDRAW, TEN, by=actor), Withdrawn)
    shown = detail(Event(2, TEN, actor, "c", "withdraw", fact), str, before)

    assert shown.endswith(words)


def test_a_withdrawn_case_says_when_by_which_source_and_what_a_citizen_can_do() -> None:
    story = Story()
    story.do(WITHDRAW, TEN, by=SOURCE)
    words = final_words(story.case)

    assert f"withdrawn on Wed 2026-07-01 10:00 by {SOURCE.id} for the reporter" in words
    assert "filed as a new complaint" in words


def test_a_withdrawal_by_two_names_the_roles_of_both() -> None:
    story = Story()
    story.do(WITHDRAW, TEN, by=ACTORS[Role.DISPATCHER])
    story.do(GRANTED, TEN, by=SUPERVISOR)
    words = final_words(story.case)

    assert "as a dispatcher of platform asked; a supervisor of" in words
    assert ACTORS[Role.DISPATCHER].id not in words


def test_an_archived_case_says_when_it_ended() -> None:
    story = signed()
    for kind in ("resolve", "verify", "close"):
        story.do(kind, TEN)
    [last] = story.events[-1:]
    over = evolve(story.case, replace(last, seq=last.seq + 1, fact=Archived()))

    assert "archived after it ended on Wed 2026-07-01 10:00" in final_words(over)
