"""What is answered at the desk: a question, and a pre-check that found nothing."""

from dataclasses import replace
from typing import Any

import pytest

from domain.case.closing.acts import Withdraw
from domain.case.commands import Lookup
from domain.case.joint_work.acts import Report
from domain.case.refusals import Refusal
from domain.case.registration.acts import Settle
from domain.case.registration.facts import Triaged
from domain.complaints import Complaint, Evidence, SuperiorOrder
from domain.matching.suggestions import suggested
from domain.planning.planner import plan as planned
from domain.planning.planner import plan_after_triage
from domain.policy.model import Policy
from domain.policy.part_rules import PartKind
from domain.vocabulary import (
    Channel,
    Role,
    Stage,
    Tier,
    Urgency,
)
from tests.builders import ACTORS, LOOKUP, PHOTO, case_at, give, plan_for
from tests.town import OPENED
from tests.unit.rows.story import Story, kinds, only
from tests.unit.triages import NINE, TOWN, complaint, every_pack, given_back, unsorted

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
ORDER = SuperiorOrder("2026-13", "city")
ORDERED = replace(ORDER, supervised=True)
QUESTION = replace(plan_for(Stage.SIGNED, Tier.DIRECT), consult=True)
ASKED = Settle(result="Told where to go.", category="street-stalls")


def answered(story: Story, act: Settle) -> Triaged:
    """A question that came without a category is answered at the desk."""
    lookup = replace(LOOKUP, plan=plan_after_triage(TOWN, story.case.plan, act.category or ""))
    facts = story.do(act, NINE, lookup=lookup)
    assert kinds(facts) == ["triaged", "closed"]
    return only(facts, Triaged)[0]


def came(text: str, policy: Policy = TOWN, **changes: Any) -> Story:
    """A complaint without a category, as intake plans it."""
    about = replace(complaint(policy, category=None, **changes), text=text)
    return Story(suggested(policy, planned(policy, about), text), NINE)


def named_as_a_question(story: Story, policy: Policy = TOWN) -> tuple[Settle, Lookup]:
    """The answer of the desk, and what the engine looks up for it."""
    [question] = [each.id for each in policy.categories if each.consult]
    new = plan_after_triage(policy, story.case.plan, question)
    return Settle(result="已解释", category=question), replace(LOOKUP, plan=new)


def test_a_question_without_a_category_is_named_and_answered_at_the_desk() -> None:
    story = came("请问居住证怎么办理", reply_wanted=False)
    named = answered(story, Settle(result="Open from nine.", category="consult"))

    assert story.case.stage is Stage.CLOSED
    assert story.case.plan.category == "consult"
    assert named.tier is Tier.DIRECT


@every_pack
@pytest.mark.parametrize(
    "text", ["请问办理居住证要带什么", "咨询落户政策", "请问老年证的政策，到哪个窗口办"]
)
def test_what_reads_as_a_question_is_answered_at_the_desk_where_no_citizen_can_be_called(
    policy: Policy, text: str
) -> None:
    story, called = came(text, policy, reply_wanted=False), came(text, policy)
    act, lookup = named_as_a_question(story, policy)
    code, words = called.refused(act, NINE, lookup=lookup)
    story.do(act, NINE, lookup=lookup)

    assert code is Refusal.NOT_AT_THE_DESK
    assert "its source named no category, and its citizen can be called" in words
    assert story.case.stage is Stage.CLOSED


@every_pack
@pytest.mark.parametrize("channel", [Channel.HOTLINE, Channel.SUPERIOR, Channel.PATROL])
@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR])
@pytest.mark.parametrize("text", ["楼下煤气泄漏", "请问楼下煤气泄漏咨询哪里政策"])
def test_what_has_a_word_of_hurry_is_no_question(
    policy: Policy, channel: Channel, role: Role, text: str
) -> None:
    story = came(text, policy, channel=channel)
    act, lookup = named_as_a_question(story, policy)
    code, words = story.refused(act, NINE, by=ACTORS[role], lookup=lookup)

    assert code is Refusal.NOT_AT_THE_DESK
    assert "煤气泄漏" in words


@every_pack
@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR])
@pytest.mark.parametrize(
    "text", ["门口流动摊贩占道经营没人管", "请问门口流动摊贩占道经营谁来管", "他们昨天又来了"]
)
def test_a_complaint_without_a_category_is_not_named_a_question(
    policy: Policy, role: Role, text: str
) -> None:
    story = came(text, policy)
    act, lookup = named_as_a_question(story, policy)
    code, words = story.refused(act, NINE, by=ACTORS[role], lookup=lookup)

    assert code is Refusal.NOT_AT_THE_DESK
    assert "triage it" in words


def test_a_complaint_of_rules_2_without_a_category_is_settled_as_it_was() -> None:
    story = came("楼下煤气泄漏")
    story = Story(replace(story.case.plan, rules=2), NINE)
    act, lookup = named_as_a_question(story)
    story.do(act, NINE, lookup=lookup)

    assert story.case.stage is Stage.CLOSED


def test_the_town_withdraws_alone_nothing_that_has_a_word_of_hurry() -> None:
    story = came("楼下煤气泄漏")
    story.do(Withdraw(reason="The citizen called."), NINE, by=ACTORS[Role.HOTLINE])

    assert story.case.open_parts(PartKind.WITHDRAWAL)


def test_a_question_that_lacks_what_its_channel_needs_is_answered_at_the_desk() -> None:
    bare = complaint(channel=Channel.PATROL, category="consult")
    story = Story(planned(TOWN, bare), NINE)
    facts = story.do(Settle(result="Open from nine."), NINE)

    assert kinds(facts) == ["closed"]


@every_pack
def test_a_pack_says_which_categories_are_questions(policy: Policy) -> None:
    assert [category.id for category in policy.categories if category.consult]


@pytest.mark.parametrize(
    ("about", "act", "words"),
    [
        (complaint(category=None), Settle(result="Told."), "without a category is no question"),
        (
            complaint(category=None),
            Settle(result="Told.", category="road-damage"),
            "road-damage is no question",
        ),
        (
            complaint(channel=Channel.PATROL, category="road-damage"),
            Settle(result="Told."),
            "road-damage is no question",
        ),
        (
            complaint(channel=Channel.PATROL, category="road-damage"),
            Settle(result="Told.", category="consult"),
            "came as road-damage",
        ),
        (
            complaint(category=None, urgency=Urgency.CRITICAL),
            Settle(result="Told.", category="consult"),
            "critical",
        ),
        (
            complaint(category=None, superior=ORDERED),
            Settle(result="Told.", category="consult"),
            "supervise",
        ),
    ],
    ids=["no category", "no question", "came as another", "renamed", "critical", "supervised"],
)
def test_what_is_no_question_is_not_settled(about: Complaint, act: Settle, words: str) -> None:
    story = Story(planned(TOWN, about), NINE)
    new = plan_after_triage(TOWN, story.case.plan, act.category) if act.category else None
    code, said = story.refused(act, NINE, lookup=replace(LOOKUP, plan=new))

    assert code is Refusal.NOT_AT_THE_DESK
    assert words in said


@pytest.mark.parametrize("category", ["consult", "road-damage", "railside-hazard"])
def test_what_a_unit_has_had_is_not_settled(category: str) -> None:
    """A returned supervised case was closed so, without evidence, verification or signatures."""
    story = Story(planned(TOWN, complaint(category=category)), NINE)
    given_back(story)
    code, words = story.refused(Settle(result="Told."), NINE)

    assert code is Refusal.NOT_AT_THE_DESK
    assert "has had it" in words


def test_a_superiors_question_is_answered_and_reported_up() -> None:
    story = Story(planned(TOWN, complaint(category=None, superior=ORDER)), NINE)
    new = plan_after_triage(TOWN, story.case.plan, "consult")
    facts = story.do(
        Settle(result="Told.", category="consult"), NINE, lookup=replace(LOOKUP, plan=new)
    )

    assert kinds(facts) == ["triaged", "reported_up"]
    assert story.case.stage is Stage.REPORTED


def test_a_case_from_before_is_settled_as_it_was() -> None:
    story = Story(replace(planned(TOWN, complaint(category="road-damage")), rules=None), NINE)
    given_back(story)
    story.do(Settle(result="Told."), NINE)

    assert story.case.stage is Stage.CLOSED


# --- A pre-check that finds nothing.

LOOKER = replace(ACTORS[Role.AUXILIARY], id="he")


def looked(found: bool | None, by: Evidence | None = PHOTO) -> Story:
    story = unsorted()
    story.do("send_check", NINE)
    report = Report(
        part="check-1", text="I looked.", found=found, evidence=(by,) if by is not None else ()
    )
    story.do(report, NINE, by=LOOKER)
    return story


def test_what_a_pre_check_did_not_find_is_closed_by_another_person() -> None:
    story = looked(found=False)
    same = replace(ACTORS[Role.DISPATCHER], id=LOOKER.id)
    code, _ = story.refused(Settle(result="Nothing there."), NINE, by=same)
    another = replace(ACTORS[Role.DISPATCHER], id="jin")
    story.do(Settle(result="Nothing there."), NINE, by=another)

    assert code is Refusal.SAME_PERSON
    assert story.case.stage is Stage.CLOSED


def test_a_danger_that_a_check_did_not_find_is_not_closed_unheard_at_the_desk() -> None:
    story = looked(found=False)
    danger = replace(story.case, plan=replace(story.case.plan, alarm="gas"))
    another = replace(ACTORS[Role.DISPATCHER], id="jin")
    after = give(danger, Settle(result="Nothing there."), NINE, by=another)

    assert after.case.stage is not Stage.CLOSED
    assert "its citizen can be called, and it has gas" in after.events[-1].fact.detail  # type: ignore[union-attr]


def test_who_sent_the_check_closes_no_danger_of_which_no_one_can_be_asked() -> None:
    story = looked(found=False)
    danger = replace(story.case.plan, alarm="gas", callback=False)
    case, settled = replace(story.case, plan=danger), Settle(result="Nothing there.")
    same = give(case, settled, NINE)
    other = give(case, settled, NINE, by=replace(ACTORS[Role.DISPATCHER], id="jin"))

    assert "it has gas, so who sent the check does not close it" in same.events[-1].fact.detail  # type: ignore[union-attr]
    assert other.case.stage is Stage.CLOSED


@pytest.mark.parametrize("found", [True, None])
def test_a_pre_check_that_does_not_say_that_nothing_is_there_closes_nothing(
    found: bool | None,
) -> None:
    code, _ = looked(found).refused(Settle(result="Nothing there."), NINE)

    assert code is Refusal.NOT_AT_THE_DESK


def test_the_last_pre_check_counts() -> None:
    story = looked(found=False)
    story.do("send_check", NINE)
    story.do(Report(part="check-2", text="There it is.", found=True), NINE, by=LOOKER)
    code, _ = story.refused(Settle(result="Nothing there."), NINE)

    assert code is Refusal.NOT_AT_THE_DESK


def test_that_nothing_is_there_needs_a_picture() -> None:
    story = unsorted()
    story.do("send_check", NINE)
    report = Report(part="check-1", text="Nothing.", found=False)
    code, _ = story.refused(report, NINE, by=LOOKER)

    assert code is Refusal.MISSING_EVIDENCE


def test_found_is_said_of_a_check_alone() -> None:
    case = give(case_at(Stage.SIGNED), "give_task", OPENED).case
    report = Report(part="task-1", text="Done.", found=True, evidence=(PHOTO,))
    water = replace(ACTORS[Role.HANDLER], id="chen", unit="water")
    after = give(case, report, OPENED, by=water)

    assert kinds([event.fact for event in after.events]) == ["command_refused"]
