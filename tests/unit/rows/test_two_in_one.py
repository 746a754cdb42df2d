"""No person makes up by an absence, or by the own post, for the second one that rules ask for."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Close
from domain.case.commands import Actor
from domain.case.refusals import Refusal
from domain.case.registration.acts import ChooseStandard
from domain.case.requests.acts import Answer
from domain.planning.plans import RULES
from domain.sla.case_clocks import HOLDER
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.standards import RECEIVED, chosen, planned

ELEVEN = at("2026-07-01 11:00")


# --- The own case gets no time.


def _held(rules: int) -> Story:
    story = Story(replace(planned("missing"), rules=rules), RECEIVED)
    story.do("sign", RECEIVED, by=replace(ACTORS[Role.HANDLER], unit="urban-mgmt"))
    return story


@pytest.mark.parametrize(
    "by",
    [
        replace(ACTORS[Role.DISPATCHER], unit="urban-mgmt"),
        replace(ACTORS[Role.SUPERVISOR], unit="urban-mgmt"),
        replace(ACTORS[Role.DISPATCHER], id="jin", for_person="wang", own_unit="urban-mgmt"),
    ],
    ids=["of the platform", "of the office", "a deputy"],
)
def test_a_person_of_the_unit_that_has_the_case_gives_it_no_time(by: Actor) -> None:
    story, before = (_held(rules) for rules in (3, 2))
    act = ChooseStandard(standard="noisy", reason="It only rattles.")
    code, words = story.refused(act, ELEVEN, by=by, lookup=chosen(story, act))
    before.do(act, ELEVEN, by=by, lookup=chosen(before, act))

    assert code is Refusal.SAME_PERSON
    assert words.startswith("urban-mgmt handles it; a person of it chooses no standard")
    assert before.due(HOLDER) == at("2026-07-03 10:00")


# --- A stand-in counts as who set the absence.

SETTER = ACTORS[Role.SUPERVISOR]
STAND_IN = Actor("gu", Role.SUPERVISOR, SETTER.unit, for_person="yao", set_by=SETTER.id)
OTHER = replace(SETTER, id="pan")
WISH = Close(callback=Callback.NO_REPLY_WANTED, note="She said so on the phone.")


def _verified(rules: int = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, ELEVEN)
    return story


@pytest.mark.parametrize(
    ("first", "second"),
    [(STAND_IN, SETTER), (SETTER, STAND_IN), (replace(STAND_IN, id="mei"), STAND_IN)],
    ids=["before", "after", "both"],
)
def test_who_sets_an_absence_and_the_stand_in_are_no_two_people(
    first: Actor, second: Actor
) -> None:
    story = _verified()
    story.do(WISH, ELEVEN, by=first)
    code, words = story.refused(WISH, ELEVEN, by=second)
    story.do(WISH, ELEVEN, by=OTHER)

    assert code is Refusal.SAME_PERSON
    assert words.startswith(f"a stand-in counts as who set the absence, here {SETTER.id}")
    assert story.case.stage is Stage.CLOSED


@pytest.mark.parametrize("rules", [2, RULES])
def test_a_stand_in_of_the_roster_or_of_another_is_a_person_of_their_own(rules: int) -> None:
    story = _verified(rules)
    story.do(WISH, ELEVEN, by=STAND_IN if rules == 2 else replace(STAND_IN, set_by=None))
    if rules == RULES:
        story.do(WISH, ELEVEN, by=SETTER)

    assert story.case.stage is Stage.CLOSED


def test_who_set_the_absence_does_not_sign_second() -> None:
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do("sign", ELEVEN)
    story.do("resolve", ELEVEN)
    seat = replace(ACTORS[Role.VERIFIER], for_person="an", set_by=SETTER.id)
    story.do("verify", ELEVEN, by=seat)
    code, _ = story.refused("verify", ELEVEN, by=SETTER)
    story.do("verify", ELEVEN, by=OTHER)

    assert code is Refusal.SAME_PERSON
    assert story.case.stage is Stage.VERIFIED


def test_who_set_the_absence_does_not_answer_what_the_stand_in_asks() -> None:
    story = Story()
    story.do("sign", ELEVEN)
    asker = replace(ACTORS[Role.HANDLER], id="qin", for_person="li", set_by=SETTER.id)
    story.do("ask_extension", ELEVEN, by=asker)
    answer = Answer(part="extension-1", granted=False, reason="No.")
    code, _ = story.refused(answer, ELEVEN, by=SETTER)
    story.do(answer, ELEVEN, by=OTHER)

    assert code is Refusal.SAME_PERSON
