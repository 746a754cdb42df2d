"""One person of the platform makes no danger to life less urgent, and no supervised matter less."""

from dataclasses import replace
from typing import Any

import pytest

from domain.case.joint_work.acts import Report, SendCheck
from domain.case.parts.facts import PartOpened
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.complaints import Place
from domain.planning.planner import plan
from domain.sla.case_clocks import HOLDER, SIGN
from domain.sla.clocks import Measure
from domain.vocabulary import Channel, Role, Tier, Urgency
from tests.builders import ACTORS, LOOKUP, PHOTO
from tests.unit.rows.story import Story
from tests.unit.triages import NINE, TOWN, complaint, looked_up

SUPERVISOR = ACTORS[Role.SUPERVISOR]
ANOTHER = replace(ACTORS[Role.DISPATCHER], id="another")
GAS = "有煤气味 楼道里很重"
HOUSE = Triage(category="property-dispute", urgency=Urgency.COMPLEX, reason="It is of the house.")


def filed(rules: int = 3, text: str = "The cover is gone.", **changes: Any) -> Story:
    """What a patrol filed, for a person of the platform to sort, because no grid is named."""
    about: dict[str, Any] = {"channel": Channel.PATROL, "place": Place()} | changes
    came = replace(plan(TOWN, replace(complaint(**about), text=text)), rules=rules)
    story = Story(replace(came, holder=None), NINE)
    assert story.case.holder is None
    return story


def tried(story: Story, act: Triage) -> tuple[Refusal, str]:
    return story.refused(act, NINE, lookup=looked_up(story, act))


def done(story: Story, act: Triage, role: Role = Role.DISPATCHER) -> Story:
    story.do(act, NINE, by=ACTORS[role], lookup=looked_up(story, act))
    return story


@pytest.mark.parametrize(
    ("category", "urgency"),
    [
        ("manhole-missing", Urgency.COMPLEX),
        ("manhole-missing", Urgency.URGENT),
        ("manhole-rattling", Urgency.NORMAL),
    ],
)
@pytest.mark.parametrize("came_as", ["manhole-missing", None])
def test_what_is_critical_is_not_lowered_by_one_word_for_it(
    category: str, urgency: Urgency | None, came_as: str | None
) -> None:
    story = filed(category=came_as, urgency=None if came_as else Urgency.CRITICAL)
    code, words = tried(story, Triage(category=category, urgency=urgency, reason="Not pressing."))

    assert code is Refusal.WRONG_ROLE
    assert "triage it as critical, or let a check look first (send_check)" in words


def test_nor_is_what_its_category_makes_critical_in_the_same_step() -> None:
    story = filed(category=None)
    act = Triage(category="manhole-missing", urgency=Urgency.NORMAL, reason="Not pressing.")

    assert tried(story, act)[0] is Refusal.WRONG_ROLE


def test_the_office_lowers_it_and_that_stands() -> None:
    story = filed(category="manhole-missing")
    calm = Triage(category="manhole-rattling", reason="It rattles.")
    done(story, calm, Role.SUPERVISOR)

    assert story.case.plan.urgency is Urgency.NORMAL


def test_what_keeps_its_urgency_under_another_name_keeps_its_time() -> None:
    story = filed(category="manhole-missing")
    own = story.case.plan.spec(story.case.tier, HOLDER)
    assert own is not None
    done(story, replace(HOUSE, urgency=Urgency.CRITICAL))

    clock = story.clock(HOLDER)
    assert clock.budget == own.budget
    assert clock.measure is own.measure


@pytest.mark.parametrize("urgency", [Urgency.COMPLEX, Urgency.NORMAL, Urgency.URGENT, None])
@pytest.mark.parametrize("category", ["property-dispute", "food-safety"])
def test_a_word_of_hurry_gives_limits_that_run_at_night(
    category: str, urgency: Urgency | None
) -> None:
    story = filed(text=GAS, category=None)
    named = replace(HOUSE, category=category)
    code, words = tried(story, replace(named, urgency=urgency))

    assert code is Refusal.WRONG_ROLE
    assert "煤气味" in words
    done(story, replace(named, urgency=Urgency.CRITICAL))
    assert story.clock(SIGN).measure is Measure.CONTINUOUS


def test_what_is_urgent_day_and_night_is_so_without_a_person() -> None:
    story = filed(text=GAS, category=None)
    done(story, Triage(category="water-outage"))

    assert story.case.plan.urgency is Urgency.URGENT
    assert story.clock(SIGN).measure is Measure.CONTINUOUS


def test_what_a_channel_holds_to_be_urgent_is_not_less() -> None:
    story = filed(text="占道", channel=Channel.CAMERA, category="road-occupation")
    act = Triage(category="road-occupation", urgency=Urgency.COMPLEX, reason="Later.")
    code, words = tried(story, act)

    assert code is Refusal.WRONG_ROLE
    assert "what comes by camera is at least urgent" in words


@pytest.mark.parametrize(("found", "lowered"), [(False, True), (True, False)])
def test_a_check_on_the_spot_that_finds_nothing_lets_one_person_lower_it(
    found: bool, lowered: bool
) -> None:
    story = filed(category="manhole-missing")
    story.do("send_check", NINE)
    report = Report(part="check-1", text="I looked.", found=found, evidence=(PHOTO,))
    story.do(report, NINE, by=replace(ACTORS[Role.AUXILIARY], id="he"))
    act = Triage(category="manhole-rattling", reason="It rattles.")
    tried(story, act)  # who sent the check does not lower it
    story.tried(act, NINE, by=ANOTHER, lookup=looked_up(story, act))

    assert (story.case.plan.urgency is Urgency.NORMAL) is lowered


def test_what_one_check_does_not_find_lowers_nothing_while_another_is_out() -> None:
    story = filed(category="manhole-missing")
    story.do("send_check", NINE)
    story.do(SendCheck(unit="water", what="Is it gone?"), NINE)
    report = Report(part="check-1", text="I looked.", found=False, evidence=(PHOTO,))
    story.do(report, NINE, by=replace(ACTORS[Role.AUXILIARY], id="he"))
    act = Triage(category="manhole-rattling", reason="It rattles.")
    code, _ = story.refused(act, NINE, by=ANOTHER, lookup=looked_up(story, act))

    assert code is Refusal.WRONG_ROLE


@pytest.mark.parametrize(("rules", "sent"), [(2, True), (3, False)])
def test_an_outside_party_is_not_sent_to_look(rules: int, *, sent: bool) -> None:
    """What a property company does not find would take its own doing off the desk."""
    story = filed(rules, text=GAS)
    kinds = (("anyi-property", "outside-party"),)
    known = replace(LOOKUP, units=("anyi-property",), kinds=kinds)
    facts = story.tried(SendCheck(unit="anyi-property", what="Gas?"), NINE, by=None, lookup=known)

    assert any(isinstance(fact, PartOpened) for fact in facts) is sent


def test_a_case_of_rules_2_is_lowered_as_before() -> None:
    story = done(filed(rules=2, category="manhole-missing"), replace(HOUSE))

    assert story.case.plan.urgency is Urgency.COMPLEX


RENAMED = Triage(category="river-litter", reason="It floats.")


def supervised(rules: int = 3) -> Story:
    story = filed(rules, text="污水直排", category="sewage-discharge")
    assert story.case.tier is Tier.SUPERVISE
    return story


@pytest.mark.parametrize(("rules", "tier"), [(3, Tier.SUPERVISE), (2, Tier.DIRECT)])
def test_another_name_takes_no_case_from_the_leading_group(rules: int, tier: Tier) -> None:
    act = replace(RENAMED, urgency=Urgency.URGENT)

    assert done(supervised(rules), act).case.tier is tier


def test_nor_does_another_name_with_a_tier() -> None:
    act = replace(RENAMED, urgency=Urgency.URGENT, tier=Tier.DIRECT)

    assert tried(supervised(), act)[0] is Refusal.TIER_LOWERED


def test_the_office_does_with_a_reason() -> None:
    act = replace(RENAMED, tier=Tier.DIRECT)

    assert done(supervised(), act, Role.SUPERVISOR).case.tier is Tier.DIRECT
