"""Row 31 and the backlog: how cases ended, computed from what was journaled."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.case.citizen.acts import Rate
from domain.case.closing.acts import Close, Verify
from domain.case.escalation.facts import DeadlineMissed
from domain.case.requests.acts import Answer, AskExemption
from domain.case.suspension.acts import Suspend
from domain.reporting.indicators import BACKLOG, CaseCounts, is_backlog, suspended_since
from domain.reporting.periods import Period
from domain.reporting.reports import PeriodReport
from domain.vocabulary import Callback, Role, Tier
from tests.builders import ACTORS, LOOKUP, ORDER, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story, only

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
SATISFIED = Close(callback=Callback.SATISFIED, solved=True)


def came(when: str = "2026-07-01 08:00", *, tier: Tier = Tier.ASSIGN) -> Story:
    return Story(plan(complaint(reported_at=at(when)), tier=tier), at(when))


def closed(act: Close = SATISFIED, *, tier: Tier = Tier.ASSIGN) -> Story:
    """Signed, resolved, verified and closed within the first day."""
    story = came(tier=tier)
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at("2026-07-01 09:00"))
    if act.callback is Callback.NO_REPLY_WANTED:  # by two people's word
        story.do(act, at("2026-07-01 10:00"), by=ACTORS[Role.SUPERVISOR])
    story.do(act, at("2026-07-01 10:00"))
    return story


def report(*stories: Story, period: Period = JULY) -> PeriodReport:
    found = PeriodReport(period)
    for story in stories:
        found.add(story.events)
    return found


def statistics(*stories: Story) -> CaseCounts:
    return report(*stories).all_tiers


def test_row_31_closure_statistics_33_cases_solved_and_100_percent_closed() -> None:
    found = statistics(*(closed() for _ in range(33)))

    assert 33 == found.accepted
    assert 33 == found.closed
    assert 33 == found.solved
    assert 100.0 == found.closing_rate
    assert 100.0 == found.solving_rate


def test_row_31_closure_statistics_keep_closed_and_solved_apart() -> None:
    unsolved = closed(Close(callback=Callback.BASICALLY_SATISFIED, solved=False))
    unasked = closed(Close(callback=Callback.NO_REPLY_WANTED, note="She said so."))
    found = statistics(closed(), closed(), unsolved, unasked, came())

    assert 5 == found.accepted
    assert 4 == found.closed
    assert 80.0 == found.closing_rate
    assert 2 == found.solved
    assert 3 == found.asked
    assert 66.67 == found.solving_rate


def test_row_31_closure_statistics_do_not_count_who_did_not_rate() -> None:
    basically = closed(Close(callback=Callback.BASICALLY_SATISFIED))
    silent = closed(Close(callback=Callback.NO_REPLY_WANTED, note="She said so."))
    explained = came()
    for kind in ("sign", "resolve"):
        explained.do(kind, at("2026-07-01 09:00"))
    unhappy = Rate(callback=Callback.UNSATISFIED)
    explained.do(unhappy, at("2026-07-01 09:00"), by=ACTORS[Role.REPORTER])
    explained.do("verify", at("2026-07-01 09:00"))
    ruling = Close(callback=Callback.EXPLAINED, note="The law forbids more.")
    explained.do(ruling, at("2026-07-01 10:00"), by=ACTORS[Role.SUPERVISOR])
    found = statistics(closed(), basically, silent, explained)

    assert 4 == found.closed
    assert 3 == found.rated
    assert 2 == found.satisfied
    assert 66.67 == found.satisfaction_rate


def test_row_31_closure_statistics_know_what_the_citizen_said_of_a_superiors_case() -> None:
    """It is closed when the superior writes it off, long after the citizen was asked."""
    story = Story(plan(complaint(superior=ORDER)))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at("2026-07-01 09:00"))
    story.do(SATISFIED, at("2026-07-01 10:00"))
    assert 0 == statistics(story).closed

    story.do("write_off", at("2026-07-02 10:00"))
    found = statistics(story)
    assert 1 == found.closed
    assert 1 == found.solved
    assert 1 == found.satisfied


def test_row_31_closure_statistics_forget_what_was_said_before_a_reopening() -> None:
    story = closed()
    story.do("ask_reopening", at("2026-07-02 09:00"))
    again = Answer(part="reopening-1", granted=True, reason="They are back.")
    story.do(again, at("2026-07-02 10:00"), by=ACTORS[Role.SUPERVISOR])
    silent = replace(LOOKUP, plan=replace(story.case.plan, callback=False))
    story.do("repin", at("2026-07-02 10:00"), lookup=silent)  # nobody is asked again
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at("2026-07-02 11:00"))
    found = statistics(story)

    assert 1 == found.closed
    assert 0 == found.asked
    assert 0 == found.rated


def test_row_31_closure_statistics_have_no_rate_of_nothing() -> None:
    found = statistics()

    assert CaseCounts() == found
    assert found.closing_rate is None
    assert found.in_time_rate is None
    assert found.solving_rate is None
    assert found.satisfaction_rate is None


def late() -> Story:
    """The holder's forty working hours end on the evening of the seventh."""
    story = came()
    story.do("sign", at("2026-07-01 09:00"))
    story.do("progress", at("2026-07-01 10:00"))
    story.wait(at("2026-07-08 09:00"))
    for kind in ("resolve", "verify", "close"):
        story.do(kind, at("2026-07-08 09:00"))
    return story


def test_row_31_closure_statistics_count_a_missed_deadline_until_it_is_exempted() -> None:
    story = late()
    found = statistics(story, closed())
    assert 2 == found.closed
    assert 1 == found.in_time
    assert 1 == found.late
    assert 0 == found.exempted
    assert 50.0 == found.in_time_rate

    story.do(AskExemption(reason="A landslide."), at("2026-07-09 09:00"))
    granted = Answer(part="exemption-1", granted=True, reason="So it was.")
    story.do(granted, at("2026-07-09 10:00"), by=ACTORS[Role.SUPERVISOR])
    found = statistics(story, closed())
    assert 2 == found.closed
    assert 2 == found.in_time
    assert 0 == found.late
    assert 1 == found.exempted


def test_row_31_closure_statistics_call_late_only_what_broke_a_promise() -> None:
    story = came()
    missed = only(story.wait(at("2026-07-01 15:30")), DeadlineMissed)
    for kind in ("sign", "resolve", "verify", "close"):
        story.do(kind, at("2026-07-01 16:00"))

    assert ["sign"] == [fact.clock for fact in missed]
    assert 1 == statistics(story).in_time
    assert 0 == statistics(story).late


def test_row_31_closure_statistics_count_returns_rework_and_reopening_once_a_case() -> None:
    returned = came()
    returned.do("return", at("2026-07-01 09:00"))
    returned.do("answer", at("2026-07-01 09:30"))
    reworked = came()
    for _ in range(2):
        if not reworked.case.reworks:
            reworked.do("sign", at("2026-07-01 09:00"))
        reworked.do("resolve", at("2026-07-01 10:00"))
        reworked.do(Verify(passed=False, note="Still there."), at("2026-07-01 11:00"))
    reopened = closed()
    reopened.do("ask_reopening", at("2026-07-02 09:00"))
    again = Answer(part="reopening-1", granted=True, reason="They are back.")
    reopened.do(again, at("2026-07-02 10:00"), by=ACTORS[Role.SUPERVISOR])
    found = statistics(returned, reworked, reopened)

    assert 3 == found.accepted
    assert 1 == found.returned
    assert 1 == found.reworked
    assert 1 == found.reopened
    assert 0 == found.closed  # back to work: not closed any more


def test_row_31_closure_statistics_leave_out_what_was_not_taken_on() -> None:
    unsorted, refused = (Story(plan(holder=None)) for _ in range(2))
    refused.do("refuse", at("2026-07-01 09:00"))
    refusal = Answer(part="refusal-1", granted=True, reason="So it is.")
    refused.do(refusal, at("2026-07-01 10:00"), by=ACTORS[Role.SUPERVISOR])
    withdrawn, merged = came(), came()
    withdrawn.do("withdraw", at("2026-07-01 09:00"))
    merged.do("merge", at("2026-07-01 09:00"))
    found = statistics(closed(), unsorted, refused, withdrawn, merged)

    assert 5 == found.received
    assert 1 == found.refused
    assert 1 == found.withdrawn
    assert 1 == found.merged
    assert 1 == found.accepted
    assert 1 == found.closed
    assert 100.0 == found.closing_rate


def test_row_31_closure_statistics_are_of_a_period_and_do_not_change_after_it() -> None:
    june, august = came("2026-06-30 23:59"), came("2026-08-01 00:00")
    first, last = came("2026-07-01 00:00"), came("2026-07-31 23:59")
    assert 2 == statistics(june, august, first, last).received

    first.do("sign", at("2026-08-01 00:00"))
    for kind in ("resolve", "verify", "close"):
        first.do(kind, at("2026-08-01 09:00"))
    assert 0 == statistics(first).closed
    assert 1 == report(first, period=replace(JULY, last_day=date(2026, 8, 1))).all_tiers.closed


def test_row_31_closure_statistics_go_by_the_tier_a_case_came_to() -> None:
    raised = came(tier=Tier.DIRECT)
    raised.do("raise_tier", at("2026-07-01 09:00"))
    found = report(closed(tier=Tier.DIRECT), closed(), raised).tiers

    assert [(1, 1), (1, 1), (1, 0)] == [(each.accepted, each.closed) for each in found.values()]


def test_a_suspension_of_more_than_sixty_days_is_backlog() -> None:
    story = came()
    story.do("sign", at("2026-07-01 09:00"))
    since = at("2026-07-01 10:00")
    story.do(Suspend(reason="Frost.", measures="A fence.", until=at("2026-12-01 08:00")), since)

    assert since == suspended_since(story.case)
    assert not is_backlog(story.case, since + BACKLOG)
    assert is_backlog(story.case, since + BACKLOG + timedelta(seconds=1))
    assert 1 == statistics(story).suspended
    assert 0 == statistics(story).backlog
    autumn = report(story, period=replace(JULY, last_day=date(2026, 9, 30))).all_tiers
    assert 1 == autumn.suspended
    assert 1 == autumn.backlog
    story.do("resume", since + BACKLOG + timedelta(days=9))
    assert suspended_since(story.case) is None
    assert not is_backlog(story.case, since + BACKLOG + timedelta(days=10))


def test_a_suspension_counts_from_its_own_beginning_whatever_the_case_waited_for_before() -> None:
    story = came()
    story.do("return", at("2026-07-01 09:00"))  # the holder's clock waits for the answer
    since = at("2026-07-01 10:00")
    story.do(Suspend(reason="Frost.", measures="A fence.", until=at("2026-12-01 08:00")), since)

    assert since == suspended_since(story.case)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC"])
def test_a_period_has_both_its_days_where_the_case_is(zone: str) -> None:
    period = Period(date(2026, 7, 1), date(2026, 7, 1))

    assert period.has(at("2026-07-01 00:00", zone), zone)
    assert period.has(at("2026-07-01 23:59", zone), zone)
    assert not period.has(at("2026-06-30 23:59", zone), zone)
    assert not period.has(at("2026-07-02 00:00", zone), zone)
