"""Words let a person look soon at what has no category; the person decides what it is."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from domain.case.dispatch.facts import Dispatched
from domain.case.registration.acts import Triage
from domain.complaints import Place
from domain.notifications.notices import notices
from domain.planning.planner import plan, plan_under_new_policy
from domain.planning.plans import HURRY, CasePlan
from domain.planning.samples import plan_changes
from domain.planning.strictness import strictness_of
from domain.policy.model import Policy
from domain.sla.case_clocks import ACCEPT
from domain.sla.clocks import Measure
from domain.vocabulary import Channel, Stage, Tier, Urgency
from runtime.cli.views.policy_diffs import plans
from store.packs.loader import load_pack, remarks_on
from tests.builders import swept
from tests.fakes.packs import HOLIDAYS, PACK, POLICY, written
from tests.town import at
from tests.unit.rows.story import Story, only
from tests.unit.triages import TOWN, complaint, every_pack, looked_up

NIGHT = at("2026-11-28 22:40")  # a Saturday
SMELL = "八组楼道里有很重的煤气味，没人管"
HALF_AN_HOUR = (timedelta(minutes=30), Measure.CONTINUOUS)
SAID = POLICY + "hurry: {words: [煤气味, 着火], accept: 30min}\n"


def planned(text: str = SMELL, policy: Policy = TOWN, **changes: Any) -> CasePlan:
    said = {"category": None, "reported_at": NIGHT} | changes
    return plan(policy, replace(complaint(policy), text=text, **said))


def accept(found: CasePlan, tier: Tier = Tier.ASSIGN) -> tuple[timedelta, Measure] | None:
    spec = found.spec(tier, ACCEPT)
    return (spec.budget, spec.measure) if spec else None


def deadline(found: CasePlan) -> datetime | None:
    return Story(found, NIGHT).due(ACCEPT)


def test_a_smell_of_gas_on_saturday_night_is_accepted_within_half_an_hour() -> None:
    assert deadline(planned()) == at("2026-11-28 23:10")
    assert deadline(planned("楼道灯坏了")) == at("2026-11-30 12:00")


@every_pack
def test_a_shipped_town_looks_at_it_soon_and_says_why(policy: Policy) -> None:
    found = planned("ＸＸ小区 煤 气 味很重", policy)
    [why] = [each for each in found.choices if each.question == HURRY]

    assert accept(found) in {HALF_AN_HOUR, (timedelta(minutes=15), Measure.CONTINUOUS)}
    assert why.answer == "煤气味"
    assert policy.hurry is not None
    assert policy.hurry.ladder in {each.id for each in found.ladders}


def test_every_tier_that_it_may_be_raised_to_has_the_hurry() -> None:
    assert accept(planned(), Tier.SUPERVISE) == HALF_AN_HOUR


def test_what_has_a_category_keeps_its_own_time() -> None:
    lamp = planned(category="street-light")

    assert lamp.hurry is None
    assert accept(lamp) == (timedelta(hours=4), Measure.WORKING)


def test_the_words_decide_neither_category_nor_urgency() -> None:
    found = planned()

    assert found.category is None
    assert found.urgency is Urgency.NORMAL
    assert found.tier is Tier.ASSIGN


def test_what_a_camera_saw_burning_is_not_left_to_be_put_right() -> None:
    fire = planned("摊位着火", channel=Channel.CAMERA, category="road-occupation")

    assert fire.hurry == "着火"
    assert fire.recheck is None
    assert accept(fire, fire.tier) == (timedelta(minutes=15), Measure.CONTINUOUS)


def test_triage_ends_the_hurry_and_the_category_has_its_own_limits() -> None:
    story = Story(planned(), NIGHT)
    act = Triage(category="water-burst")
    story.do(act, NIGHT + timedelta(minutes=10), lookup=looked_up(story, act))

    assert story.case.plan.hurry is None
    assert story.case.holder == "water-company"


def test_the_notices_of_its_clock_do_not_wait_for_the_morning() -> None:
    story = Story(planned(), NIGHT)
    story.wait(NIGHT + timedelta(hours=1))
    told = [each for event in story.events for each in notices(story.case, event)]

    assert {(each.clock, each.urgency) for each in told} == {(ACCEPT, Urgency.CRITICAL)}


def test_a_rule_makes_it_follow_no_case_that_is_handled_less_strictly() -> None:
    ordinary = strictness_of(planned("楼道灯坏了"))

    assert strictness_of(planned()).urgency is Urgency.CRITICAL
    assert ordinary.urgency is None


def test_a_new_policy_keeps_the_hurry_while_it_has_the_word() -> None:
    sealed = replace(planned(), complaint=replace(planned().complaint, text="sealed.v1"))
    again = plan_under_new_policy(TOWN, sealed, Tier.ASSIGN)
    without = plan_under_new_policy(replace(TOWN, hurry=None), sealed, Tier.ASSIGN)

    assert accept(again) == HALF_AN_HOUR
    assert accept(without) == (timedelta(hours=4), Measure.WORKING)


def test_no_limit_becomes_longer_by_a_word(tmp_path: Path) -> None:
    slow = SAID.replace("30min", "9h")
    pack = written(tmp_path, policy=slow)
    found = planned(policy=load_pack(pack, HOLIDAYS), channel=Channel.HOTLINE)

    assert accept(found) == (timedelta(hours=2), Measure.CONTINUOUS)


def test_words_that_shorten_no_limit_are_remarked(tmp_path: Path) -> None:
    levels = PACK["levels"].replace(
        "accept: {budget: 2h, ladder: tell}",
        "accept: {budget: 10min, ladder: tell, measure: continuous}",
    )
    pack = written(tmp_path, policy=SAID, levels=levels)
    remarks = [str(each) for each in remarks_on(pack, load_pack(pack, HOLIDAYS))]

    assert remarks[0] == (
        "policy.yaml:8: hurry.accept: changes nothing: `accept` of every level is as short, by day "
        "and by night; shorten it, or remove hurry"
    )


def test_a_diff_says_how_much_sooner_a_person_looks(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    before = load_pack(written(tmp_path / "a"), HOLIDAYS)
    after = load_pack(written(tmp_path / "b", policy=SAID), HOLIDAYS)

    [_, change] = plans([*plan_changes(before, after)])
    assert change == (
        "  no category, and the word 煤气味, no category, and the word 着火: accept 2 h of working "
        "time -> 30 min of time"
    )


# --- What a source calls settled on the spot.


SWEPT = swept()
FOUND: dict[str, Any] = {
    "channel": Channel.PATROL,
    "standing": SWEPT.standing,
    "evidence": SWEPT.evidence,
    "reply_wanted": False,
    "category": "garbage",
    "place": Place(grid="G01"),
}


def test_a_text_with_such_a_word_is_not_settled_by_its_source() -> None:
    calm, urgent = (Story(planned(text, **FOUND), NIGHT) for text in ("散落纸箱", SMELL))
    [handed] = only([event.fact for event in urgent.events], Dispatched)

    assert calm.case.stage is Stage.CLOSED
    assert urgent.case.stage is Stage.DISPATCHED
    assert handed.reason == "called settled by its source, and its text has 煤气味"


def test_nor_is_it_once_a_person_has_named_its_category() -> None:
    story = Story(planned(**(FOUND | {"category": None})), NIGHT)
    act = Triage(category="garbage", urgency=Urgency.URGENT)
    story.do(act, NIGHT, lookup=looked_up(story, act))

    assert story.case.stage is Stage.DISPATCHED
