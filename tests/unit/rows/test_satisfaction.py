"""Row 31: the first satisfaction and the final one are kept and counted apart."""

from dataclasses import replace

import pytest

from domain.case.citizen.acts import Rate
from domain.case.closing.acts import Close
from domain.case.requests.acts import Answer
from domain.reporting.indicators import CaseCounts
from domain.vocabulary import Callback, Role
from tests.builders import ACTORS, ORDER, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.rows.test_statistics import closed, statistics

LATER = at("2026-07-03 09:00")
CONTENT = Rate(callback=Callback.SATISFIED)
UNHAPPY = Rate(callback=Callback.UNSATISFIED, note="Still there.")


def rates(found: CaseCounts) -> tuple[float | None, float | None]:
    return found.first_satisfaction_rate, found.satisfaction_rate


def asked(act: Close | Rate, story: Story | None = None) -> Story:
    """Resolved, verified and asked on the first day, or in the middle of a story."""
    story = story or Story(plan())
    when = max(at("2026-07-01 09:00"), story.events[-1].at)
    if story.case.holder and story.case.signed_at is None:
        story.do("sign", when)
    for kind in ("resolve", "verify"):
        story.do(kind, when)
    story.do(act, when)
    return story


def test_row_31_closure_statistics_do_not_call_content_who_was_so_only_after_rework() -> None:
    story = asked(UNHAPPY)
    assert (0.0, None) == rates(statistics(story))  # known at once; how it ends is not

    assert (0.0, 100.0) == rates(statistics(asked(CONTENT, story)))


def test_row_31_closure_statistics_take_the_last_word_of_a_citizen_who_changes_their_mind() -> None:
    story = closed(Close(callback=Callback.SATISFIED, solved=True))
    story.do(UNHAPPY, LATER)
    found = statistics(story)

    assert (100.0, 0.0) == rates(found)
    assert 1 == found.asked
    assert 1 == found.solved  # nothing was said about that
    story.do(Rate(callback=Callback.UNSATISFIED, solved=False), LATER)
    assert 0 == statistics(story).solved
    story.do(Rate(callback=Callback.BASICALLY_SATISFIED), LATER)
    assert (100.0, 100.0) == rates(statistics(story))
    assert 0 == statistics(story).solved


def test_row_31_closure_statistics_count_nothing_that_was_said_before_the_work_was_done() -> None:
    story = Story(plan())
    story.do(UNHAPPY, at("2026-07-01 08:30"))
    assert (None, None) == rates(statistics(story))

    assert (100.0, 100.0) == rates(statistics(asked(CONTENT, story)))


def test_row_31_closure_statistics_keep_the_first_word_over_a_reopening() -> None:
    story = closed(Close(callback=Callback.SATISFIED))
    story.do(UNHAPPY, LATER)
    again = Answer(part="reopening-1", granted=True, reason="They are back.")
    story.do(again, LATER, by=ACTORS[Role.SUPERVISOR])
    assert (100.0, None) == rates(statistics(story))

    story = asked(CONTENT, story)
    assert (100.0, 100.0) == rates(statistics(story))


@pytest.mark.parametrize("silent", [Callback.NOT_REACHED, Callback.NO_REPLY_WANTED])
def test_row_31_closure_statistics_hear_later_who_was_not_heard_at_the_call(
    silent: Callback,
) -> None:
    story = Story(plan())
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at("2026-07-01 09:00"))
    for number, call in enumerate(("2026-07-01 10:00", "2026-07-01 15:00", "2026-07-02 10:00")):
        if not story.case.closed_at:
            by = replace(ACTORS[Role.HOTLINE], id=f"seat-{number}")
            story.do(Close(callback=silent, note="At the door."), at(call), by=by)
    assert (None, None) == rates(statistics(story))

    story.do(UNHAPPY, LATER)
    assert (0.0, 0.0) == rates(statistics(story))


def test_row_31_closure_statistics_hear_who_was_never_called_when_it_comes() -> None:
    story = Story(plan(callback=False))
    story.do(UNHAPPY, at("2026-07-01 08:30"))  # of the waiting, not of the work
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at("2026-07-01 09:00"))
    assert (None, None) == rates(statistics(story))

    story.do(CONTENT, LATER)
    assert (100.0, 100.0) == rates(statistics(story))


def test_row_31_closure_statistics_of_a_superiors_case_may_change_until_written_off() -> None:
    story = asked(CONTENT, Story(plan(complaint(superior=ORDER))))
    story.do(UNHAPPY, at("2026-07-02 09:00"))
    story.do("write_off", at("2026-07-02 10:00"))

    assert (100.0, 0.0) == rates(statistics(story))


def test_row_31_closure_statistics_of_a_ruling_do_not_make_the_first_word_a_better_one() -> None:
    ruling = Close(callback=Callback.EXPLAINED, note="The law forbids more.")
    story = asked(UNHAPPY)
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at("2026-07-01 09:00"))
    story.do(ruling, at("2026-07-01 09:00"), by=ACTORS[Role.SUPERVISOR])

    assert (0.0, 0.0) == rates(statistics(story))
    assert (50.0, 50.0) == rates(statistics(story, asked(CONTENT)))
