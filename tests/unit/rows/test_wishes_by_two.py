"""That a citizen wants no reply takes the place of the calls only by two people's word."""

from dataclasses import replace

import pytest

from domain.case.citizen.acts import Rate
from domain.case.closing.acts import Close, Resolve
from domain.case.commands import Actor
from domain.case.refusals import Refusal
from domain.planning.plans import RULES
from domain.vocabulary import Callback, Role, Stage
from tests.builders import ACTORS, PHOTO, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story

TEN = at("2026-07-01 10:00")
HOTLINE, SUPERVISOR = ACTORS[Role.HOTLINE], ACTORS[Role.SUPERVISOR]
COLLEAGUE = replace(HOTLINE, id="tao")
WISH = Close(callback=Callback.NO_REPLY_WANTED, note="She said so on the phone.")
MISSED = Close(callback=Callback.NOT_REACHED)


def verified(rules: int = RULES, *, wanted: bool = True) -> Story:
    about = replace(complaint(), reply_wanted=wanted)
    story = Story(replace(plan(about), rules=rules))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, TEN)
    return story


@pytest.mark.parametrize("first", [HOTLINE, SUPERVISOR], ids=lambda actor: actor.role)
def test_one_persons_word_is_recorded_and_another_one_closes(first: Actor) -> None:
    story = verified()
    story.do(WISH, TEN, by=first)
    waiting = story.case.stage
    code, words = story.refused(WISH, TEN, by=first)
    story.do(WISH, TEN, by=COLLEAGUE)

    assert waiting is Stage.VERIFIED
    assert code is Refusal.SAME_PERSON
    assert "another person closes with it, or call" in words
    assert story.case.stage is Stage.CLOSED


def test_the_same_word_by_rate_is_no_second_one() -> None:
    story = verified()
    story.do(WISH, TEN, by=HOTLINE)
    again = Rate(callback=WISH.callback, note=WISH.note)

    assert story.refused(again, TEN, by=HOTLINE)[0] is Refusal.SAME_PERSON


def test_the_word_is_no_call() -> None:
    story = verified()
    story.do(WISH, TEN, by=HOTLINE)

    assert story.case.calls == 0
    assert story.case.tried == ()


def test_the_citizen_is_called_all_the_same() -> None:
    story = verified()
    story.do(WISH, TEN, by=HOTLINE)
    story.do(Close(callback=Callback.SATISFIED), TEN, by=COLLEAGUE)

    assert story.case.stage is Stage.CLOSED


def test_the_word_holds_for_one_result_alone() -> None:
    story = verified()
    story.do(WISH, TEN, by=HOTLINE)
    story.do(Close(callback=Callback.UNSATISFIED, note="Still there."), TEN, by=HOTLINE)
    story.do("sign", TEN)
    story.do(Resolve(result="Gone now.", evidence=(replace(PHOTO, sha256="7" * 64),)), TEN)
    story.do("verify", TEN)

    assert story.case.unasked_by is None


def test_what_the_complaint_says_needs_no_second_person_before_the_first_try() -> None:
    story, tried = verified(wanted=False), verified(wanted=False)
    story.do(WISH, TEN, by=HOTLINE)
    tried.do(MISSED, TEN, by=HOTLINE)
    tried.do(WISH, TEN, by=HOTLINE)

    assert story.case.stage is Stage.CLOSED
    assert tried.case.stage is Stage.VERIFIED


def test_a_running_case_is_closed_by_one_person_as_before() -> None:
    story = verified(rules=2)
    story.do(WISH, TEN, by=HOTLINE)

    assert story.case.stage is Stage.CLOSED


# --- Who recorded that the citizen is not satisfied.


def explained(rules: int = RULES) -> Story:
    story = verified(rules)
    story.do(Close(callback=Callback.UNSATISFIED, note="Still there."), TEN, by=HOTLINE)
    story.do("sign", TEN)
    story.do(Resolve(result="Gone now.", evidence=(replace(PHOTO, sha256="7" * 64),)), TEN)
    story.do("verify", TEN)
    story.do(Close(callback=Callback.EXPLAINED, note="The photos show it."), TEN, by=SUPERVISOR)
    return story


BETTER = Rate(callback=Callback.SATISFIED, solved=True, note="She said so.")


def test_who_recorded_a_dissatisfied_citizen_records_no_better_word() -> None:
    story = explained()
    code, words = story.refused(BETTER, TEN, by=HOTLINE)

    assert code is Refusal.SAME_PERSON
    assert "another person records satisfied" in words


@pytest.mark.parametrize(
    ("act", "by", "rules"),
    [
        (BETTER, COLLEAGUE, RULES),
        (BETTER, ACTORS[Role.REPORTER], RULES),
        (replace(BETTER, callback=Callback.UNSATISFIED, note="Still there."), HOTLINE, RULES),
        (BETTER, HOTLINE, 2),
    ],
    ids=["a colleague", "the citizen", "not satisfied again", "a running case"],
)
def test_others_record_what_the_citizen_says(act: Rate, by: Actor, rules: int) -> None:
    explained(rules).do(act, TEN, by=by)
