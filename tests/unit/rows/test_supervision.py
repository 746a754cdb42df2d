"""Rows 29, 30 and 45: pressure from above, level by level, before, during and after.

The ladders are the shipped town's: what they say is what an official reads in ladders.yaml.
"""

from dataclasses import replace

import pytest

from domain.case.agenda import next_item
from domain.case.closing.acts import Verify
from domain.case.commands import ENGINE, Actor, Command, Lookup
from domain.case.decide import decide
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.forecasts import TICK, forecast
from domain.case.joint_work.acts import Report
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.refusals import Refusal
from domain.case.registration.acts import Open
from domain.case.requests.acts import Answer
from domain.case.state import Case
from domain.case.supervision.acts import Appoint, Circulate
from domain.case.supervision.facts import Circulated, ReportedUp
from domain.case.tiers.facts import TierRaised
from domain.complaints import Complaint, Place, SuperiorOrder
from domain.planning.planner import plan as planned
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.vocabulary import Channel, Role, Stage, Supervision, Tier
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack
from tests.builders import ACTORS, ORDER, complaint, give, plan
from tests.town import at
from tests.unit.rows.story import Story, kinds, only

TOWN = load_pack(pack_of("youchegang"), {"china": china})
REPORTED = at("2026-11-24 08:00")  # a Tuesday
LOOKUP = Lookup(roster=TOWN.roster)


def signed_and_silent(category: str = "wages") -> tuple[Case, list[Event]]:
    """Somebody has said that they are at work; then nothing happens, to the very end."""
    about = Complaint(
        tenant=TOWN.tenant,
        source="https://12345.example/hotline",
        event_id="731-1",
        complaint_id="2026-000731",
        channel=Channel.HOTLINE,
        reported_at=REPORTED,
        text="三个月没发工资。",
        category=category,
        place=Place(grid="G01"),
    )
    opening = Command("1", ENGINE, Open(plan=planned(TOWN, about)))
    case = decide(None, opening, REPORTED).case
    by = Actor("gu", Role.HANDLER, case.holder)
    for kind in ("sign", "progress"):
        case = give(case, kind, REPORTED, by=by, lookup=LOOKUP).case
    return case, [*forecast(case, TOWN.roster, most=300)]


def of_holder(events: list[Event]) -> list[RungReached]:
    facts = [e.fact for e in events if isinstance(e.fact, RungReached)]
    return [fact for fact in facts if fact.clock == HOLDER]


@pytest.mark.parametrize(
    ("level", "wall"),
    [
        (1, "2026-11-27 18:00"),  # amber: 80 % of forty working hours
        (2, "2026-11-30 18:00"),  # due
        (3, "2026-12-01 18:00"),  # one working day later: a letter
    ],
)
def test_row_30_escalation_timers_reach_each_level_at_its_moment(level: int, wall: str) -> None:
    case, events = signed_and_silent()
    first = next(fact for fact in of_holder(events) if fact.level == level)

    assert at(wall) == first.moment
    assert first.told
    assert fold(events, case).level == 6


def test_row_30_escalation_answered_but_still_late_is_circulated_and_then_interviewed() -> None:
    case, _ = signed_and_silent()
    by = Actor("gu", Role.HANDLER, case.holder)
    reached: dict[int, RungReached] = {}
    while 5 not in reached and (item := next_item(case)) is not None:
        decision = give(case, "ring", item.at + TICK, lookup=LOOKUP)
        case = decision.case
        for fact in of_holder([*decision.events]):
            reached.setdefault(fact.level, fact)
        for part in case.open_parts(PartKind.LETTER):
            case = give(case, Report(part=part.id, text="Soon."), item.at + TICK, by=by).case

    assert at("2026-12-03 18:00") == reached[4].moment  # three working days after the deadline
    assert at("2026-12-07 18:00") == reached[5].moment  # five
    assert Tier.SUPERVISE == case.tier
    assert 5 == case.level
    assert [("labour-office",)] == [p.units for p in case.open_parts(PartKind.INTERVIEW)]


def test_row_30_escalation_letter_is_answered_in_eight_hours_or_the_group_takes_over() -> None:
    _, events = signed_and_silent()
    facts = [event.fact for event in events]
    letter = next(f for f in facts if isinstance(f, PartOpened) and f.what == "letter")
    failed = next(f for f in facts if isinstance(f, PartMoved) and f.part == letter.part)
    after = facts[facts.index(failed) :]

    assert PartState.FAILED == failed.to
    assert "not answered in time" == failed.note
    assert ["tier_raised", "dispatched", "part_opened"] == [fact.kind for fact in after[1:4]]
    assert [Tier.SUPERVISE] == [f.to for f in facts if isinstance(f, TierRaised)]


def test_row_30_escalation_ends_with_the_district_when_the_town_can_do_no_more() -> None:
    _, events = signed_and_silent()
    facts = [event.fact for event in events]
    last = [fact for fact in of_holder(events) if fact.level == 6]

    assert 1 == len(last)
    assert [False] == [f.awaits for f in facts if isinstance(f, ReportedUp)]
    assert {"district-guidance"} <= {told.unit for told in last[0].told if told.unit}


def test_row_30_escalation_levels_never_fall_and_a_deadline_is_missed_once() -> None:
    case, events = signed_and_silent()
    levels = []
    for event in events:
        case = fold([event], case)
        levels.append(case.level)
    missed = [(e.fact.clock, e.fact.due_at) for e in events if isinstance(e.fact, DeadlineMissed)]

    assert levels == sorted(levels)
    assert len(missed) == len(set(missed))


def test_row_30_escalation_stands_still_while_the_case_is_suspended() -> None:
    story = Story()
    story.do("sign", at("2026-07-01 09:00"))
    story.do("suspend", at("2026-07-01 10:00"))
    assert next_item(story.case) is not None
    facts = story.wait(at("2026-08-02 08:00"))

    assert [] == facts
    assert ["resumed"] == kinds(story.wait(at("2026-08-03 08:01")))
    # Two hours were used (08:00 to 10:00): thirty-eight from Monday, 3 August.
    assert at("2026-08-07 16:00") == story.due(HOLDER)


def test_row_30_escalation_an_answered_letter_is_the_end_of_it() -> None:
    story = Story()
    story.do("issue_letter", at("2026-07-01 09:00"))
    assert at("2026-07-02 09:00") == story.due("letter-1")
    story.do(Report(part="letter-1", text="Two are ill."), at("2026-07-01 10:00"))
    story.do("sign", at("2026-07-01 10:00"))
    story.wait(at("2026-07-02 10:00"))

    assert Tier.ASSIGN == story.case.tier
    assert PartState.DONE == story.part("letter-1").state


def test_row_30_escalation_a_person_urges_and_is_acknowledged_within_four_hours() -> None:
    story = Story()
    before = story.clock(HOLDER)
    story.do("urge", at("2026-07-01 09:00"))
    assert at("2026-07-01 15:00") == story.due("urge-1")
    story.do(Report(part="urge-1", text="We know."), at("2026-07-01 10:00"))

    assert PartState.DONE is story.part("urge-1").state
    assert before == story.clock(HOLDER)  # it changes nothing else


def test_row_29_provincial_case_keeps_its_level_number_issuer_and_deadline() -> None:
    order = SuperiorOrder("浙土督-1", "省国土资源厅", at("2026-07-10 18:00"), supervised=True)
    pinned = plan(complaint(superior=order), tier=Tier.SUPERVISE)
    story = Story(pinned)
    act = Appoint(lead="squad", instruction="Case no. 1.", level=Supervision.PROVINCE)
    story.do(act, at("2026-07-01 09:00"))

    assert Supervision.PROVINCE is story.case.supervision
    assert order == story.case.plan.complaint.superior
    # A hundred and twenty working hours end on 21 July; the superior's deadline comes first.
    assert order.due_at == story.due(HOLDER) == story.due(CITIZEN)
    early = only(story.wait(at("2026-07-09 18:00")), RungReached)
    assert ["amber"] == [fact.rung for fact in early if fact.clock == CITIZEN]


def test_row_29_provincial_case_is_sent_back_and_its_clock_goes_on() -> None:
    story = Story(plan(complaint(superior=ORDER), tier=Tier.SUPERVISE))
    story.do("sign", at("2026-07-01 09:00"))
    story.do("resolve", at("2026-07-01 10:00"))
    story.do("verify", at("2026-07-01 10:30"))
    story.do("verify", at("2026-07-01 11:00"), by=ACTORS[Role.LEADER])
    story.do("close", at("2026-07-01 12:00"))
    assert Stage.REPORTED is story.case.stage
    story.do("send_back", at("2026-07-02 10:00"))

    assert (Tier.SUPERVISE, Stage.IN_PROGRESS, "squad") == story.where
    assert at("2026-07-22 18:00") == story.due(HOLDER)  # eight hours were not the squad's


def test_row_45_whole_process_begins_with_a_check_for_which_the_platforms_clock_waits() -> None:
    """Before: a unit nearby looks, before the case is taken on."""
    story = Story(plan(holder=None))
    story.do("send_check", at("2026-07-01 08:00"))
    assert story.due("accept") is None  # the platform waits for the unit that looks
    found = Report(part="check-1", text="They are there.")
    story.do(found, at("2026-07-01 08:20"))

    assert at("2026-07-01 14:20") == story.due("accept")  # twenty minutes were not its own


def test_row_45_whole_process_is_watched_by_a_clock_that_urges_and_records() -> None:
    """During: it is in nobody's hands whether a deadline is seen to pass."""
    story = Story()
    story.do("sign", at("2026-07-01 09:00"))
    story.do("progress", at("2026-07-01 09:10"))
    facts = story.wait(at("2026-07-08 08:00"))

    assert DeadlineMissed(clock=HOLDER, due_at=at("2026-07-07 18:00"), units=("squad",)) in facts
    assert {"amber", "red"} == {f.rung for f in only(facts, RungReached) if f.clock == HOLDER}


def test_row_45_whole_process_ends_with_a_look_a_call_and_a_way_back() -> None:
    """After: another person verifies, a failed look sends it back, a closed case is reopened."""
    story = Story()
    for kind in ("sign", "resolve"):
        story.do(kind, at("2026-07-01 09:00"))
    code, _ = story.refused("verify", at("2026-07-01 09:10"), by=ACTORS[Role.HANDLER])
    assert Refusal.WRONG_ROLE is code
    story.do(Verify(passed=False, note="Still there."), at("2026-07-01 09:10"))
    assert (Tier.ASSIGN, Stage.IN_PROGRESS, "squad") == story.where
    for kind in ("resolve", "verify", "close"):
        story.do(kind, at("2026-07-01 10:00"))
    assert (Tier.ASSIGN, Stage.CLOSED, "squad") == story.where
    story.do("ask_reopening", at("2026-07-20 09:00"))
    granted = Answer(part="reopening-1", granted=True, reason="They are back.")
    story.do(granted, at("2026-07-20 10:00"), by=ACTORS[Role.SUPERVISOR])

    assert (Tier.ASSIGN, Stage.DISPATCHED, "squad") == story.where


def test_row_45_whole_process_a_check_that_nobody_makes_does_not_stop_the_platforms_clock() -> None:
    story = Story(plan(holder=None))
    story.do("send_check", at("2026-07-01 08:00"))
    facts = story.wait(at("2026-07-01 08:31"))

    assert DeadlineMissed(clock="check-1", due_at=at("2026-07-01 08:30"), units=("squad",)) in facts
    assert at("2026-07-01 14:30") == story.due("accept")  # four hours, half of one paused


def test_circulation_names_the_unit_before_all_others() -> None:
    story = Story()
    story.do("sign", at("2026-07-01 09:00"))

    assert [Circulated(unit="squad", text="Late.")] == story.do(
        Circulate(text="Late."), at("2026-07-02 09:00")
    )


def test_a_case_under_supervision_has_a_clock_in_every_open_stage() -> None:
    story = Story(replace(plan(tier=Tier.SUPERVISE)))
    for kind in ("sign", "progress", "resolve", "verify"):
        assert [clock for clock in story.case.clocks if clock.is_running]
        story.do(kind, at("2026-07-01 09:00"))
