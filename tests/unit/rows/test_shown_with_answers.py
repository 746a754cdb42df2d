"""What a file that answered something else may still show."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.joint_work.acts import Report, SendCheck
from domain.case.parts.facts import PartState
from domain.case.registration.acts import Settle
from domain.case.requests.acts import AskExtension
from domain.planning.plans import RULES
from domain.vocabulary import Role, Stage, Tier
from tests.acts import PHOTO, SCAN
from tests.builders import LOOKUP, WATER_HANDLER, complaint, plan
from tests.unit.rows.story import Story
from tests.unit.rows.test_shown_once import BEGUN, DONE, FRESH, LATER, PROMISED, not_counted, signed


@pytest.mark.parametrize("kind", ["letter", "urge", "check"])
def test_what_an_answer_or_a_check_was_given_with_proves_nothing_else(kind: str) -> None:
    """Neither the result nor a paper: the unit has answered with it."""
    story = answered(kind)

    assert PartState.DONE is story.part(f"{kind}-1").state
    assert not_counted(story, DONE)
    assert not_counted(story, replace(PROMISED, evidence=(PHOTO,)), Role.SUPERVISOR)
    story.do(replace(DONE, evidence=(FRESH,)), LATER)


def answered(kind: str, rules: int | None = RULES) -> Story:
    """A letter or urge to the squad is answered, or a check before the triage, with the photo."""
    by: Actor | None = None
    if kind == "check":
        story = Story(replace(plan(holder=None, tier=Tier.SUPERVISE), rules=rules))
        by = WATER_HANDLER
        story.do(SendCheck(unit="water", what="Look."), BEGUN)
    else:
        story = signed(rules)
        story.do("issue_letter" if kind == "letter" else "urge", BEGUN)
    given = Report(part=f"{kind}-1", text="It is.", evidence=(PHOTO,))
    story.do(replace(given, found=True) if kind == "check" else given, BEGUN, by=by)
    if kind == "check":
        triaged = replace(plan(complaint(), tier=Tier.SUPERVISE), rules=rules)
        story.do("triage", BEGUN, lookup=replace(LOOKUP, plan=triaged))
        story.do("sign", BEGUN)
    return story


@pytest.mark.parametrize("kind", ["letter", "urge", "check"])
def test_under_earlier_rules_an_answer_takes_nothing_from_its_file(kind: str) -> None:
    story = answered(kind, rules=2)
    story.do(DONE, LATER)

    assert Stage.RESOLVED is story.case.stage


def test_what_a_request_was_asked_with_shows_no_end_of_the_work_and_may_be_a_paper() -> None:
    story = signed()
    story.do(AskExtension(hours=8, reason="The test is due.", evidence=(SCAN,)), BEGUN)

    assert not_counted(story, replace(DONE, evidence=(SCAN,)))
    story.do(PROMISED, LATER)


def test_what_the_desk_closed_with_shows_no_end_of_the_work_that_follows() -> None:
    pinned = replace(plan(holder=None, callback=False), consult=True)
    story = Story(replace(pinned, complaint=replace(pinned.complaint, text="How do I apply?")))
    story.do(Settle(result="Told them.", evidence=(PHOTO,)), BEGUN)

    assert (PHOTO.sha256,) == story.case.progressed
