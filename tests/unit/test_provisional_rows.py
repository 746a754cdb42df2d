"""What becomes of a provisional deadline: rows of the journal, and what others hear of them."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from domain.case.commands import Lookup
from domain.case.cross_case_messages import cross_case_messages
from domain.case.escalation.acts import Ring
from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved
from domain.case.events import Event
from domain.case.merging.acts import Join
from domain.case.merging.facts import Joined
from domain.case.outlines import outline
from domain.case.repinning.acts import Repin
from domain.case.state import Outline
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import CITIZEN, SIGN
from domain.vocabulary import Role, Stage
from runtime.cli.views.events import detail, in_zone
from schemas.events.case_events import CaseEvent, case_event_of
from schemas.journal import body_of
from tests.builders import ACTORS, case_at, give
from tests.town import ZONE, at, hours
from tests.unit.rows.story import Story, only
from tests.unit.test_provisional import LAST_DAYS, PUBLISHED, case_then, late_in_the_year


def missed(pinned: CasePlan) -> Story:
    story = Story(pinned, LAST_DAYS)
    story.do(Ring(), at("2027-03-01 08:00"))
    return story


def of_clock(events: Sequence[Event], clock_id: str) -> tuple[Event, DeadlineMissed]:
    [found] = [
        (event, event.fact)
        for event in events
        if isinstance(event.fact, DeadlineMissed) and event.fact.clock == clock_id
    ]
    return found


def heard(story: Story, wanted: Event) -> CaseEvent:
    known: Outline | None = None
    for event in story.events:
        known = outline(known, event)
        if event == wanted and (said := case_event_of("a-case", event, known)) is not None:
            return said
    raise AssertionError("outsiders do not hear of it")


def test_the_row_of_a_missed_deadline_says_so() -> None:
    events = missed(late_in_the_year()).events

    assert of_clock(events, CITIZEN)[1].provisional
    assert of_clock(events, SIGN)[1].provisional is None


def test_outsiders_hear_that_a_missed_deadline_was_provisional() -> None:
    story = missed(late_in_the_year())

    assert heard(story, of_clock(story.events, CITIZEN)[0]).provisional
    assert heard(story, of_clock(story.events, SIGN)[0]).provisional is None


def test_the_line_of_a_missed_deadline_says_so() -> None:
    event, _ = of_clock(missed(late_in_the_year()).events, CITIZEN)

    assert detail(event, in_zone(ZoneInfo(ZONE))) == "citizen clock, by squad (provisional)"


def test_a_row_without_provisional_days_has_the_bytes_of_before() -> None:
    event, _ = of_clock(missed(late_in_the_year(hours_of=PUBLISHED)).events, CITIZEN)

    assert b"provisional" not in body_of("a-case", event)


def test_a_case_under_the_first_rules_has_the_rows_of_before() -> None:
    events = missed(replace(late_in_the_year(), rules=None)).events

    assert [only([event.fact], DeadlineMissed) for event in events if _says_it(event)] == []


def _says_it(event: Event) -> bool:
    return isinstance(event.fact, DeadlineMissed) and event.fact.provisional is not None


def test_the_row_of_a_deadline_that_moved_says_so() -> None:
    story = missed(late_in_the_year())
    levels = tuple(
        replace(level, clocks=tuple(replace(spec, budget=hours(900)) for spec in level.clocks))
        for level in story.case.plan.levels
    )
    longer = replace(story.case.plan, policy="sha256:new", levels=levels)
    act, lookup = Repin(policy="sha256:new", reason="A year."), Lookup(plan=longer)
    facts = story.do(act, at("2027-03-01 09:00"), by=ACTORS[Role.SUPERVISOR], lookup=lookup)

    assert {moved.provisional for moved in only(facts, DeadlineMoved)} == {True}


# --- A promise that comes with another case.


def test_a_case_that_is_joined_says_so_of_the_promise_of_the_other() -> None:
    merged = give(case_then(), "merge", LAST_DAYS)
    [(_, join)] = [
        message for event in merged.events for message in cross_case_messages(merged.case, event)
    ]
    story = Story()
    [joined] = only(story.do(join, at("2026-07-01 09:00")), Joined)

    assert isinstance(join, Join)
    assert join.provisional
    assert joined.provisional
    assert detail(story.events[-1], in_zone(ZoneInfo(ZONE))).endswith("(provisional)")


def test_a_case_under_the_first_rules_sends_the_message_of_before() -> None:
    pinned = replace(late_in_the_year(), rules=None)
    merged = give(case_at(Stage.DISPATCHED, pinned=pinned, when=LAST_DAYS), "merge", LAST_DAYS)
    [(_, join)] = [
        message for event in merged.events for message in cross_case_messages(merged.case, event)
    ]

    assert isinstance(join, Join)
    assert join.provisional is None
