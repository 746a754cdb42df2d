"""Which rows make a form stale that was opened before them."""

from dataclasses import replace

import pytest

from domain.case.commands import ENGINE, Actor
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.events import CommandRefused, Event, Fact
from domain.case.handling.facts import Commented
from domain.case.notices.acts import Failure
from domain.case.notices.facts import Notified, Undelivered
from domain.case.refusals import Refusal
from domain.case.resources.facts import ReservationConfirmed
from domain.case.second_looks import asks_second_look
from domain.case.task_links.facts import LinkTried
from domain.sla.ladders import Action, Late
from domain.vocabulary import Role
from tests.town import OPENED

LEADER = Actor("shen-haifeng", Role.SUPERVISOR, "leading-group-office")
WARNED = RungReached(
    clock="case", rung="warn", level=0, action=Action.WARN, outcome=Late.FIRE, moment=OPENED,
    late=False,
)  # fmt: skip


def matters(
    fact: Fact, kind: str = "answer", *, actor: Actor = ENGINE, by: str = LEADER.id
) -> bool:
    return asks_second_look(Event(7, OPENED, actor, "c-1", "x", fact), kind, by)


@pytest.mark.parametrize(
    "fact",
    [
        Notified(row=3, person="xu-meng", attempts=1, channel="sms"),
        Undelivered(row=3, person="xu-meng", attempts=1, because=Failure.NO_ADDRESS, final=True),
        CommandRefused(refusal=Refusal.WRONG_STAGE, detail="no"),
        LinkTried(part="task-1", tries=1),
        ReservationConfirmed(row=3, resource="car-1"),
    ],
    ids=lambda fact: str(fact.kind),
)
def test_what_leaves_the_case_as_it_was_asks_for_no_second_look(fact: Fact) -> None:
    assert not matters(fact)
    assert not matters(fact, "urge")


def test_what_a_person_did_asks_the_others_for_a_second_look() -> None:
    assert matters(Commented(text="x"), actor=LEADER, by="xu-meng")
    assert not matters(Commented(text="x"), actor=LEADER)


@pytest.mark.parametrize("action", Action)
def test_a_step_of_a_ladder_matters_if_it_does_more_than_remind(action: Action) -> None:
    reached = replace(WARNED, action=action)

    assert matters(reached) is (action not in {Action.WARN, Action.URGE})
    assert not matters(replace(reached, outcome=Late.COLLAPSE))
    assert not matters(replace(reached, outcome=Late.RECORD))


@pytest.mark.parametrize("kind", ["urge", "issue_letter", "circulate", "summon"])
def test_that_the_engine_reminded_a_unit_matters_to_those_who_press_it(kind: str) -> None:
    assert matters(replace(WARNED, action=Action.URGE), kind)


def test_a_missed_deadline_matters() -> None:
    assert matters(DeadlineMissed(clock="case", due_at=OPENED))
