"""A citizen who is not satisfied says with what, or is asked: work is not done again blindly."""

from dataclasses import replace

import pytest

from domain.case.citizen.acts import Rate
from domain.case.citizen.facts import Rated
from domain.case.closing.acts import Close
from domain.case.next_steps import next_step
from domain.case.refusals import Refusal
from domain.case.requests.acts import AskReopening
from domain.planning.plans import RULES
from domain.vocabulary import Callback, Role, Stage
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import Story, kinds, only

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
CITIZEN, HOTLINE = ACTORS[Role.REPORTER], ACTORS[Role.HOTLINE]
MARKS = Rate(callback=Callback.UNSATISFIED, note="!!!")
WORDLESS = [Rate(callback=Callback.UNSATISFIED), MARKS]
NOISE = "The noise is back at night."


def verified(rules: int = RULES, upto: str = "verify") -> Story:
    story = Story(replace(plan(), rules=rules))
    for kind in ("sign", "resolve", "verify", "close"):
        story.do(kind, NINE)
        if kind == upto:
            break
    return story


@pytest.mark.parametrize("act", WORDLESS)
def test_a_citizens_word_alone_is_kept_and_the_hotline_asks(act: Rate) -> None:
    story = verified()
    facts = story.do(act, TEN, by=CITIZEN)

    assert [Rated(callback=Callback.UNSATISFIED, note=act.note, final=True)] == facts
    assert story.case.stage is Stage.VERIFIED
    assert story.case.own_word is Callback.UNSATISFIED
    assert "ask the citizen with what he is not satisfied" in next_step(story.case)


def test_what_is_answered_to_the_hotline_leads_to_work_again() -> None:
    story = verified()
    story.do(WORDLESS[0], TEN, by=CITIZEN)
    facts = story.do(Close(callback=Callback.UNSATISFIED, note=NOISE), TEN, by=HOTLINE)

    assert kinds(facts) == ["called_back", "reworked"]


def test_the_hotline_does_not_close_against_that_word() -> None:
    story = verified()
    story.do(WORDLESS[0], TEN, by=CITIZEN)
    code, _ = story.refused(Close(callback=Callback.NOT_REACHED), TEN, by=HOTLINE)

    assert code is Refusal.ALREADY_SAID


def test_while_the_citizen_is_asked_the_clock_of_the_call_runs() -> None:
    story = verified()
    before = story.due("callback")
    story.do(WORDLESS[0], TEN, by=CITIZEN)

    assert before == story.due("callback")


def test_a_citizen_who_says_with_what_has_the_work_done_again_at_once() -> None:
    story = verified()
    story.do(WORDLESS[0], TEN, by=CITIZEN)
    facts = story.do(Rate(callback=Callback.UNSATISFIED, note=NOISE), TEN, by=CITIZEN)

    assert kinds(facts) == ["called_back", "reworked"]


@pytest.mark.parametrize("act", [*WORDLESS, Close(callback=Callback.UNSATISFIED)])
def test_a_person_who_records_it_says_with_what(act: Rate | Close) -> None:
    code, words = verified().refused(act, TEN, by=HOTLINE)

    assert code is Refusal.REASON_NEEDED
    assert "say with `note` with what the citizen is not satisfied" in words


def test_a_person_who_records_it_when_no_call_is_due_says_with_what() -> None:
    code, _ = verified(upto="close").refused(WORDLESS[0], TEN, by=HOTLINE)

    assert code is Refusal.REASON_NEEDED


def test_a_request_to_reopen_says_that_the_citizen_is_to_be_asked() -> None:
    story = verified(upto="close")
    story.do(WORDLESS[0], TEN, by=CITIZEN)
    [part] = story.case.open_parts()
    asked = [fact.terms for fact in (e.fact for e in story.events) if fact.kind == "part_opened"]

    assert part.id == "reopening-1"
    assert [AskReopening(reason=f"the citizen is not satisfied{ASK}")] == asked


ASK = ", and did not say with what: ask before you answer"


def test_a_running_case_is_handled_again_as_before() -> None:
    story = verified(rules=2)
    facts = story.do(WORDLESS[0], TEN, by=CITIZEN)

    assert not only(facts, Rated)
    assert story.case.stage is Stage.DISPATCHED
