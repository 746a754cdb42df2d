"""Domain.md 1.1: a direct case nobody signs for goes to the next of its grid, then to the head."""

from dataclasses import replace

import pytest

from domain.case.commands import ENGINE, Command, Lookup
from domain.case.decide import decide
from domain.case.dispatch.facts import Dispatched
from domain.case.escalation.acts import Ring
from domain.case.escalation.facts import RungReached
from domain.case.forecasts import forecast
from domain.case.parts.facts import PartState
from domain.case.requests.acts import Answer
from domain.case.tiers.acts import AskTier
from domain.complaints import Place
from domain.people.excerpts import excerpt
from domain.people.rosters import HOLDER as AT_HOLDER
from domain.people.rosters import Recipient
from domain.planning.assignment import backups_of
from domain.planning.planner import plan as planned
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import CITIZEN, FIRST, HOLDER, SIGN
from domain.sla.ladders import Action, Late
from domain.vocabulary import Role, Stage, Tier
from packs import shipped_packs
from runtime.wiring.packs import HOLIDAYS
from store.packs.loader import load_pack
from tests.builders import ACTORS, LOOKUP, WATER_HANDLER, complaint, opened, plan
from tests.town import (
    CITIZEN_LADDER,
    FIVE_LEVELS,
    OPENED,
    PLATFORM_LADDER,
    TO_DISPATCHERS,
    at,
    hours,
    ladder,
    levels,
    roster,
    rung,
)
from tests.unit.rows.story import Story, only
from workflows.questions import question

TO_UNIT = (Recipient(AT_HOLDER, Role.HANDLER), Recipient(AT_HOLDER, Role.UNIT_HEAD))
SIGNING = ladder(
    "signing",
    rung("due", 2, Action.REASSIGN, share=100, tell=TO_UNIT, late=Late.FIRE),
    rung("late", 3, Action.TELL_UP, after=hours(2), tell=TO_DISPATCHERS, late=Late.FIRE),
)


def direct(*backups: str, tier: Tier = Tier.DIRECT) -> CasePlan:
    """A case of the squad with an hour to sign; `backups` answer for its grid after the squad."""
    ladders = (CITIZEN_LADDER, PLATFORM_LADDER, FIVE_LEVELS, SIGNING)
    limits = tuple(
        replace(
            level,
            clocks=tuple(
                replace(spec, ladder="signing") if spec.clock == SIGN else spec
                for spec in level.clocks
            ),
        )
        for level in levels()
    )
    return replace(plan(tier=tier, ladders=ladders), levels=limits, backups=backups, grid="G01")


def hands(story: Story) -> list[str]:
    """To whom it was handed, in order."""
    return [each.unit for each in only([e.fact for e in story.events], Dispatched)]


def notes(story: Story) -> list[str]:
    return [r.note for r in only([e.fact for e in story.events], RungReached) if r.rung == "due"]


TABLE = [
    # local time, holder, sign due, first response due, resolve due; the engine wakes a moment
    # after ten, so that two hours from then end a moment after lunch
    ("08:59", "squad", "2026-07-01 09:00", "2026-07-01 10:00", "2026-07-01 18:00"),
    ("09:01", "water", "2026-07-01 10:00", "2026-07-01 11:00", "2026-07-02 09:00"),
    ("10:01", "platform", "2026-07-01 11:00", "2026-07-01 14:00", "2026-07-02 10:00"),
    ("11:59", "platform", "2026-07-01 11:00", "2026-07-01 14:00", "2026-07-02 10:00"),
]


def test_row_12_direct_that_nobody_signs_for_goes_to_each_of_its_grid_then_the_head() -> None:
    story = Story(direct("water", "platform"))
    promise = story.due(CITIZEN)
    for wall, holder, sign, first, resolve in TABLE:
        story.wait(at(f"2026-07-01 {wall}"))
        due = [_minute(story, clock) for clock in (SIGN, FIRST, HOLDER)]
        assert (Tier.DIRECT, Stage.DISPATCHED, holder) == story.where
        assert [at(sign), at(first), at(resolve)] == due
        assert promise == story.due(CITIZEN)

    assert ["", "", "not handed on: nobody else answers for grid G01"] == notes(story)
    told = [r.told for r in only([e.fact for e in story.events], RungReached) if r.rung == "due"]
    assert [["li", "zhao"], ["chen", "feng"]] == [[p.person for p in each] for each in told[:2]]
    # Nobody further: those above hear of it, as of any case that is not signed for.
    facts = story.wait(at("2026-07-01 15:01"))
    assert ["late"] == [r.rung for r in only(facts, RungReached) if r.clock == SIGN]


def _minute(story: Story, clock: str) -> object:
    """The engine wakes a moment after each deadline."""
    moment = story.due(clock)
    return moment and moment.replace(second=0, microsecond=0)


def test_row_12_direct_says_at_the_hand_over_who_did_not_sign() -> None:
    story = Story(direct("water"))
    [handed] = only(story.wait(at("2026-07-01 09:30")), Dispatched)

    assert "water" == handed.unit
    assert handed.designated is False
    assert "squad did not sign: sign clock reached due" == handed.reason


def test_row_12_direct_that_is_signed_for_stays_where_it_is() -> None:
    story = Story(direct("water", "platform"))
    story.do("sign", at("2026-07-01 09:00"))  # at the very deadline
    story.wait(at("2026-07-01 17:00"))

    assert (Tier.DIRECT, Stage.SIGNED, "squad") == story.where


def test_row_12_direct_does_not_come_back_to_a_unit_that_had_it() -> None:
    story = Story(direct("water", "squad", "town"))
    story.do("return", at("2026-07-01 08:30"))
    given = Answer(part="return-1", granted=True, reason="It floats.", unit="water")
    story.do(given, at("2026-07-01 08:40"))
    story.wait(at("2026-07-01 12:00"))

    assert ["squad", "water", "town"] == hands(story)


def test_row_12_direct_that_was_ruled_to_be_theirs_is_not_handed_on() -> None:
    story = Story(direct("water", "platform"))
    story.do("return", at("2026-07-01 08:10"))
    given = Answer(part="return-1", granted=True, reason="It floats.", unit="water")
    story.do(given, at("2026-07-01 08:20"))
    story.do("return", at("2026-07-01 08:30"), by=WATER_HANDLER)
    ruled = Answer(part="ruling-1", granted=False, reason="It is theirs.")
    story.do(ruled, at("2026-07-01 08:40"), by=ACTORS[Role.SUPERVISOR])
    story.wait(at("2026-07-01 10:00"))

    assert ["squad", "water", "water"] == hands(story)
    assert ["not handed on: water was designated"] == notes(story)


def test_what_was_signed_for_stays_whatever_ladder_the_policy_lets_it_climb() -> None:
    plain = direct("water")
    wrong = replace(
        plain,
        levels=tuple(
            replace(each, clocks=tuple(replace(spec, ladder="signing") for spec in each.clocks))
            for each in plain.levels
        ),
    )
    story = Story(wrong)
    story.do("sign", at("2026-07-01 08:30"))
    story.wait(at("2026-07-01 17:00"))

    assert (Stage.SIGNED, "squad") == story.where[1:]
    assert {"not handed on: the case is signed"} == {*notes(story)}


def test_above_direct_a_clock_hands_nothing_on() -> None:
    case = opened(direct("water", tier=Tier.ASSIGN))
    ring = Command("ring", ENGINE, Ring(), LOOKUP)
    decision = decide(case, ring, OPENED + hours(7))  # four working hours, and lunch

    assert "squad" == decision.case.holder
    notes = [e.fact.note for e in decision.events if isinstance(e.fact, RungReached)]
    assert "not handed on: a case in assign is not handed on by a clock" in notes


def test_what_a_unit_asked_for_itself_lapses_when_another_has_the_case() -> None:
    story = Story(direct("water"))
    story.do(AskTier(to=Tier.ASSIGN, reason="Too much for us."), at("2026-07-01 08:30"))
    story.wait(at("2026-07-01 09:30"))

    assert "water" == story.case.holder
    assert PartState.LAPSED is story.part("tier_change-1").state


def test_after_an_outage_it_is_handed_on_once_and_the_next_unit_has_its_whole_hour() -> None:
    story = Story(direct("water", "platform"))
    story.do(Ring(), at("2026-07-03 09:00"))

    assert "water" == story.case.holder
    assert at("2026-07-03 10:00") == story.due(SIGN)


def test_a_backup_that_is_gone_is_followed_to_the_unit_after_it() -> None:
    """Also with no more of the roster than the worker looks up."""
    case, now = opened(direct("old-squad", "canal-office")), OPENED + hours(1.5)
    who = replace(roster(), successors=(("canal-office", "water"), ("old-squad", "squad")))
    asked = question(case, Command("ring", ENGINE, Ring()), now)
    for found in (who, excerpt(who, asked.units if asked else (), now)):
        decision = decide(case, Command("ring", ENGINE, Ring(), Lookup(roster=found)), now)

        assert "water" == decision.case.holder


TOWN = next(load_pack(pack, HOLIDAYS) for pack in shipped_packs() if pack.name == "youchegang")


@pytest.mark.parametrize(
    ("category", "grid", "expected"),
    [
        # its grid decides: backups, then the lead of the category
        ("garbage", "G06", ("xinqiao-community", "enforcement-squad", "sanitation")),
        ("straw-burning", "G01", ("enforcement-squad",)),  # both a backup and the lead
        ("straw-burning", "G08", ()),  # the squad's own grid
        # the responsibility list names one unit
        ("city-appearance", "G01", ()),
        # no grid, no row
        ("garbage", None, ()),
        ("garbage", "G99", ()),
        ("unheard-of", "G01", ()),
        ("waste-recycling", "G01", ()),
    ],
)
def test_who_answers_for_a_grid_after_its_unit(
    category: str, grid: str | None, expected: tuple[str, ...]
) -> None:
    about = replace(complaint(category=category), place=Place(grid=grid))

    assert expected == backups_of(TOWN, about, TOWN.category(category))
    assert expected == planned(TOWN, about).backups


def test_in_the_town_an_estates_garbage_goes_round_as_foretold_by_what_is_looked_up() -> None:
    about = replace(complaint(category="garbage"), place=Place(grid="G06"))
    case = opened(planned(TOWN, about))
    foretold = [*forecast(case, TOWN.roster, most=60)]
    units = [e.fact.unit for e in foretold if isinstance(e.fact, Dispatched)]
    happened = []
    for now in dict.fromkeys(event.at for event in foretold):
        asked = question(case, Command("ring", ENGINE, Ring()), now)
        part = excerpt(TOWN.roster, asked.units if asked else (), now)
        decision = decide(case, Command("ring", ENGINE, Ring(), Lookup(roster=part)), now)
        case = decision.case
        happened += [(event.at, event.fact) for event in decision.events]

    assert ["xinqiao-community", "enforcement-squad", "sanitation"] == units[:3]
    assert [(event.at, event.fact) for event in foretold] == happened[: len(foretold)]
