"""A case that owes an answer of its own is not merged."""

from collections.abc import Callable

import pytest

from domain.case.closing.acts import Close, Verify
from domain.case.commands import ENGINE, Actor
from domain.case.merging.acts import Join
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.reporting.indicators import CaseCounts, case_figures
from domain.vocabulary import Callback, Role, Stage
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, plan
from tests.unit.rows.story import Story
from tests.unit.rows.test_merging_not_dodged import (
    ELEVEN,
    MERGE,
    NINE,
    SUPERVISOR,
    TEN,
    UNHAPPY,
    YEAR,
    into,
    signed,
)


def done() -> Story:
    story = signed()
    story.do("resolve", NINE)
    story.do("verify", NINE)
    return story


# --- Who is owed an answer is asked.


def not_satisfied() -> Story:
    story = done()
    story.do(Close(callback=Callback.UNSATISFIED, note="Still there."), TEN)
    return story


def own_word() -> Story:
    story = signed()
    story.do(UNHAPPY, TEN, by=ACTORS[Role.REPORTER])
    return story


def reworked() -> Story:
    story = signed()
    story.do("resolve", NINE)
    story.do(Verify(passed=False, note="Nothing done."), TEN)
    return story


def reopened() -> Story:
    story = done()
    story.do("close", NINE)
    story.do("ask_reopening", TEN)
    story.do(Answer(part="reopening-1", granted=True, reason="They are back."), TEN, by=SUPERVISOR)
    return story


def wrongly_refused() -> Story:
    story = Story(plan(holder=None))
    story.do("refuse", NINE)
    story.do(Answer(part="refusal-1", granted=False, reason="It is ours."), TEN, by=SUPERVISOR)
    return story


def withdrawal_asked() -> Story:
    story = signed()
    story.do("withdraw", TEN, by=ACTORS[Role.HOTLINE])
    return story


def withdrawal_refused() -> Story:
    story = withdrawal_asked()
    story.do(Answer(part="withdrawal-1", granted=False, reason="Ask her."), TEN, by=SUPERVISOR)
    return story


OWED = [
    not_satisfied,
    own_word,
    reworked,
    reopened,
    wrongly_refused,
    withdrawal_asked,
    withdrawal_refused,
]


@pytest.mark.parametrize("story", OWED)
@pytest.mark.parametrize("by", [ACTORS[Role.DISPATCHER], ENGINE])
def test_a_case_that_owes_an_answer_is_not_merged(story: Callable[[], Story], by: Actor) -> None:
    code, words = story().refused(MERGE, ELEVEN, by=by)

    assert Refusal.OTHER_CASE is code
    assert "link them" in words


@pytest.mark.parametrize("stage", [Stage.RESOLVED, Stage.VERIFIED, Stage.REPORTED])
def test_a_person_merges_nothing_into_a_case_with_its_result(stage: Stage) -> None:
    code, words = signed().refused(MERGE, TEN, lookup=into(stage=stage))

    assert Refusal.OTHER_CASE is code
    assert "has its result already" in words


def test_a_case_with_its_result_is_not_joined_by_what_a_person_merged() -> None:
    """The read model said of it what it was a moment before."""
    assert Refusal.OTHER_CASE is done().refused(Join(case=OTHER_CASE), TEN)[0]


def test_a_case_with_its_result_is_joined_by_what_a_rule_merged() -> None:
    story = done()
    story.do(Join(case=OTHER_CASE, by_rule=True), TEN)

    assert [OTHER_CASE] == [other for other, _ in story.case.joined]


def counts(story: Story) -> CaseCounts:
    found = case_figures(story.events, YEAR)
    if found is None:
        raise LookupError("it came in another year")
    return found.closing


def ended_with_the_other() -> Story:
    story = signed()
    story.do(MERGE, TEN)
    story.do("follow", TEN)
    return story


def test_a_case_that_ended_with_another_counts_as_merged() -> None:
    assert CaseCounts(received=1, merged=1) == counts(ended_with_the_other())


def test_a_case_that_ended_with_another_and_was_reopened_counts_as_one_of_its_own() -> None:
    story = ended_with_the_other()
    story.do("ask_reopening", ELEVEN)
    story.do(Answer(part="reopening-1", granted=True, reason="So it is."), ELEVEN, by=SUPERVISOR)
    story.do("sign", ELEVEN)
    story.do("resolve", ELEVEN)
    story.do("verify", ELEVEN)
    story.do(Close(callback=Callback.BASICALLY_SATISFIED, solved=False), ELEVEN)
    found = counts(story)

    assert 0 == found.merged
    assert 1 == found.reopened
    assert 1 == found.closed
    assert 1 == found.asked
    assert 0 == found.solved


# --- A letter is answered first.


@pytest.mark.parametrize("by", [ACTORS[Role.DISPATCHER], ENGINE])
def test_a_case_is_not_merged_while_a_letter_is_open(by: Actor) -> None:
    story = signed()
    story.do("issue_letter", TEN)
    code, words = story.refused(MERGE, ELEVEN, by=by)

    assert Refusal.PARTS_OPEN is code
    assert "letter-1" in words
