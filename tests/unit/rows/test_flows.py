"""Row 33: what is being built is stopped; then a case of its own takes down what stands."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.case.closing.acts import Resolve, Verify
from domain.case.closing.facts import FollowOnOpened
from domain.case.commands import Actor
from domain.case.evolve import fold
from domain.case.merging.facts import Linked
from domain.case.outlines import outline
from domain.complaints import Arrival, Complaint, Evidence, Place
from domain.planning.follow_ons import follow_on_id, plan_follow_on
from domain.planning.planner import plan, plan_under_new_policy
from domain.policy.flows import FollowOn
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.sla.clocks import Measure
from domain.vocabulary import Channel, Role, Tier
from schemas.events.case_events import CaseEvent, case_event_of
from schemas.journal import body_of, event_of
from schemas.packs.content import hashed
from store.packs.loader import load_pack
from tests.fakes.packs import CATEGORIES, HOLIDAYS, written
from tests.town import OPENED, hours
from tests.unit.rows.story import Story
from tests.unit.test_planning import TOWN, complaint
from tests.unit.test_policy_problems import told

SQUAD = Actor("xu-meng", Role.HANDLER, "enforcement-squad")
VERIFIER = Actor("sun", Role.VERIFIER, "platform")
STOP = "construction-in-progress"
DEMOLITION = "illegal-construction"


def building(**said: object) -> Complaint:
    about = complaint(STOP, reported_at=OPENED)
    about = replace(about, place=Place("荷塘村八组", "G01"), text="sealed.v1.key.words")
    return replace(about, **said)  # type: ignore[arg-type]


def picture(name: str) -> Evidence:
    return Evidence(name * 64, f"s3://{name}", "image/jpeg")


def stopped(close: str = "stopped", **said: object) -> Story:
    """Return the story of a building that the squad has dealt with, up to the verification."""
    story = Story(plan(TOWN, building(**said)))
    story.do("sign", OPENED + hours(0.5), by=SQUAD)
    files = (picture("a"), picture("b"))
    done = Resolve(result="停工", evidence=files, close=close, before=(picture("c"),))
    story.do(done, OPENED + hours(3), by=SQUAD)
    return story


def verified(story: Story) -> list[object]:
    return [*story.do(Verify(passed=True, note="现场无人施工"), OPENED + hours(4), by=VERIFIER)]


def test_row_33_a_stop_has_two_natural_days_and_a_demolition_fifteen_working_days() -> None:
    stop, demolition = plan(TOWN, building()), plan(TOWN, complaint(DEMOLITION))
    whole = stop.spec(stop.tier, HOLDER)
    assert whole is not None
    assert whole.budget == timedelta(days=2)
    assert whole.measure is Measure.CONTINUOUS
    then = demolition.spec(demolition.tier, HOLDER)
    assert then is not None
    assert then.budget == hours(15 * 8)
    assert then.measure is Measure.WORKING


def test_row_33_a_verified_stop_opens_the_demolition_once() -> None:
    story = stopped()
    facts = verified(story)
    wanted = follow_on_id(story.case.plan.complaint, DEMOLITION)
    assert FollowOnOpened(follow_on=wanted, category=DEMOLITION) in facts
    assert story.case.follow_on == (wanted, DEMOLITION)
    again = fold([event_of(body_of(story.case.case_id, each)) for each in story.events])
    assert again == story.case


def test_row_33_what_its_builder_removed_leads_to_nothing() -> None:
    assert not [each for each in verified(stopped("removed")) if isinstance(each, FollowOnOpened)]


def test_row_33_a_stop_that_does_not_hold_leads_to_nothing_yet() -> None:
    story = stopped()
    facts = story.do(Verify(passed=False, note="又在施工"), OPENED + hours(4), by=VERIFIER)
    assert "reworked" in [fact.kind for fact in facts]
    assert story.case.follow_on is None


def test_row_33_the_demolition_has_a_tier_a_holder_and_clocks_of_its_own() -> None:
    story = stopped()
    verified(story)
    moment = OPENED + hours(4)
    found = plan_follow_on(TOWN, story.case.plan, DEMOLITION, moment)
    assert found.case_id == story.case.follow_on[0]  # type: ignore[index]
    assert found.case_id != story.case.case_id
    assert found.tier is Tier.SUPERVISE
    assert found.holder == "enforcement-squad"
    assert found.origin == story.case.case_id
    case = Story(found, moment).case
    promise = case.clock(CITIZEN)
    assert promise is not None
    assert promise.started_at == moment


def test_row_33_both_journals_name_the_other_case() -> None:
    story = stopped()
    verified(story)
    moment = OPENED + hours(4)
    other = Story(plan_follow_on(TOWN, story.case.plan, DEMOLITION, moment), moment)
    links = [each.fact for each in other.events if isinstance(each.fact, Linked)]
    assert [link.to for link in links] == [story.case.case_id]
    assert story.case.follow_on is not None
    assert story.case.follow_on[0] == other.case.case_id


def test_row_33_the_reporter_and_the_superior_keep_both_promises() -> None:
    before = plan(TOWN, building())
    found = plan_follow_on(TOWN, before, DEMOLITION, OPENED + hours(4))
    assert found.callback is before.callback is True
    assert found.complaint.complaint_id == before.complaint.complaint_id
    assert found.complaint.source == before.complaint.source
    assert found.complaint.text == before.complaint.text
    assert found.complaint.place.address == "荷塘村八组"


def test_row_33_what_a_patrol_stopped_on_the_spot_leads_to_the_demolition_too() -> None:
    at_once = Arrival(result="停工", close="stopped")
    files = (picture("a"), picture("b"))
    said = {"channel": Channel.PATROL, "standing": at_once, "evidence": files}
    story = Story(plan(TOWN, building(**said, reply_wanted=False)))
    kinds = [each.fact.kind for each in story.events]
    assert kinds.index("follow_on_opened") < kinds.index("closed")


def test_row_33_a_repinned_case_keeps_its_origin() -> None:
    found = plan_follow_on(TOWN, plan(TOWN, building()), DEMOLITION, OPENED)
    assert plan_under_new_policy(TOWN, found, found.tier).origin == found.origin


def test_row_33_outsiders_hear_of_the_other_case_from_both() -> None:
    story = stopped()
    verified(story)
    other = Story(plan_follow_on(TOWN, story.case.plan, DEMOLITION, OPENED), OPENED)
    leads_to = [each.follow_on for each in told_outside(story) if each.kind == "follow_on_opened"]
    assert leads_to == [other.case.case_id]
    assert told_outside(other)[0].origin == story.case.case_id


def told_outside(story: Story) -> list[CaseEvent]:
    found, known = list[CaseEvent](), None
    for event in story.events:
        known = outline(known, event)
        said = case_event_of(story.case.case_id, event, known)
        found += [said] if said else []
    return found


FOLLOWED = "    by_grid: true\n    follow_on: %s\n"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            "{category: gabage}",
            "categories[0].follow_on.category: no category 'gabage'; did you mean 'garbage'?",
        ),
        (
            "{category: garbage}",
            (
                "categories[0].follow_on.category: 'garbage' would lead to itself; let the last "
                "one lead to none"
            ),
        ),
        (
            "{category: scrap, after: [gone]}",
            "categories[0].follow_on.after[0]: no result 'gone'; there is none at all",
        ),
    ],
)
def test_a_flow_that_leads_nowhere_is_a_mistake(said: str, why: str, tmp_path: Path) -> None:
    changed = CATEGORIES.replace("    by_grid: true\n", FOLLOWED % said)
    (found,) = told(tmp_path, categories=changed)
    assert found.endswith(why)


def test_a_pack_that_says_nothing_of_flows_keeps_its_hash(tmp_path: Path) -> None:
    changed = CATEGORIES.replace("    by_grid: true\n", FOLLOWED % "{category: scrap}")
    policy = load_pack(written(tmp_path, categories=changed), HOLIDAYS)
    garbage = policy.categories[0]
    assert garbage.follow_on == FollowOn("scrap")
    without = replace(policy, categories=(replace(garbage, follow_on=None), *policy.categories[1:]))
    plain = load_pack(written(tmp_path), HOLIDAYS)
    assert hashed(without).hash == plain.hash
