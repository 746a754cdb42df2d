"""What ends a case: every command in every stage, tier and role, and each way around a rule."""

from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import pytest

from domain.case.closing.acts import Close
from domain.case.closing.facts import Closed
from domain.case.commands import Act, Lookup, OtherCase
from domain.case.dispatch.facts import Dispatched
from domain.case.joint_work.acts import Report
from domain.case.refusals import Refusal
from domain.case.registration.acts import Refuse, Settle
from domain.case.registration.facts import Triaged
from domain.case.requests.acts import Answer
from domain.case.state import Case
from domain.complaints import Arrival, Complaint, Evidence, Place, SuperiorOrder
from domain.planning.planner import plan as planned
from domain.planning.planner import plan_after_triage
from domain.planning.plans import CasePlan
from domain.policy.model import Policy
from domain.policy.part_rules import PartKind
from domain.vocabulary import (
    ENDED_STAGES,
    Callback,
    Channel,
    OutsideMandate,
    Role,
    Stage,
    Tier,
    Urgency,
)
from tests.acts import OTHER_CASE, SCAN
from tests.builders import ACTORS, LOOKUP, PHOTO, USUAL, case_at, give, plan_for
from tests.town import OPENED, hours
from tests.unit.rows.story import Story, kinds, only
from tests.unit.triages import NINE, TOWN, complaint, every_pack, given_back, unsorted

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
ORDER = SuperiorOrder("2026-13", "city")
ORDERED = replace(ORDER, supervised=True)
LETTERS = {
    "R": Role.REPORTER,
    "D": Role.DISPATCHER,
    "C": Role.HOTLINE,
    "S": Role.SUPERVISOR,
    "L": Role.LEADER,
    "P": Role.SUPERIOR,
    "E": Role.ENGINE,
}
QUESTION = replace(plan_for(Stage.SIGNED, Tier.DIRECT), consult=True)
ASKED = Settle(result="Told where to go.", category="street-stalls")
ACTS: dict[str, Act] = {kind: act for kind, (act, _) in USUAL.items() if kind != "open"}
ACTS |= {"settle as a question": ASKED}
# Who ends a case by which command, in direct and assign, and in supervise. A dot: nobody. In
# received it has no category; in triaged a unit has had it; all others have a holder.
ENDINGS = """
stage       command               direct,assign  supervise
received    settle as a question  DS             .
received    refuse                DS             S
received    withdraw              RCD            R
triaged     refuse                DS             S
triaged     withdraw              RCD            R
dispatched  withdraw              RCD            R
signed      withdraw              RCD            R
in_progress withdraw              RCD            R
resolved    withdraw              RCD            R
verified    close                 CSL            CSL
verified    rate                  RC             RC
verified    withdraw              RCD            R
reported    write_off             P              P
merged      follow                E              E
merged      withdraw              RCD            R
"""


def _table() -> dict[tuple[str, str, Tier], set[Role]]:
    found = {}
    for line in ENDINGS.strip().splitlines()[1:]:
        stage, rest = line[:12].strip(), line[12:]
        command, low, high = rest[:22].strip(), rest[22:37].strip(), rest[37:].strip()
        for tier in Tier:
            cell = high if tier is Tier.SUPERVISE else low
            found[stage, command, tier] = {LETTERS[each] for each in cell if each != "."}
    return found


TABLE = _table()
RUNNING = [stage for stage in Stage if stage not in ENDED_STAGES]


@cache
def brought_to(stage: Stage, tier: Tier) -> Case:
    return case_at(stage, tier=tier)


def ends(case: Case, act: Act, role: Role) -> bool:
    """The look-up finds the easiest plan that there could be."""
    about = replace(QUESTION.complaint, superior=case.plan.complaint.superior)
    easy = replace(LOOKUP, plan=replace(QUESTION, complaint=about))
    after = give(case, act, OPENED, by=ACTORS[role], id_="tried", lookup=easy).case
    return after.stage in ENDED_STAGES


@pytest.mark.parametrize(("stage", "tier"), [*product(RUNNING, Tier)])
def test_a_case_is_ended_by_these_commands_and_roles_alone(stage: Stage, tier: Tier) -> None:
    case = brought_to(stage, tier)
    found = {
        name: roles
        for name, act in ACTS.items()
        if (roles := {role for role in Role if ends(case, act, role)})
    }

    assert found == {
        command: roles
        for (at, command, of), roles in TABLE.items()
        if at == stage and of is tier and roles
    }


@pytest.mark.parametrize(("stage", "tier"), [*product(RUNNING, Tier)])
def test_a_superiors_order_is_ended_by_the_superior_alone(stage: Stage, tier: Tier) -> None:
    """By its write-off, or by its source, which takes the order back."""
    way = plan_for(stage, tier)
    about = replace(way.complaint, superior=ORDER)
    case = case_at(stage, pinned=replace(way, complaint=about))
    ended = {(name, role) for name, act in ACTS.items() for role in Role if ends(case, act, role)}

    assert ended <= {("write_off", Role.SUPERIOR), ("withdraw", Role.REPORTER)}


@pytest.mark.parametrize("callback", [True, False])
def test_a_supervised_case_is_closed_after_two_signatures_one_of_them_the_offices(
    callback: bool,
) -> None:
    case = case_at(
        Stage.RESOLVED, pinned=replace(plan_for(Stage.SIGNED, Tier.SUPERVISE), callback=callback)
    )
    signers = [
        role for role in Role if give(case, "verify", OPENED, by=ACTORS[role]).case.signatures
    ]
    for first, second in product(signers, Role):
        signed = give(case, "verify", OPENED, by=ACTORS[first], id_="first").case
        assert signed.stage is Stage.RESOLVED
        after = give(signed, "verify", OPENED, by=ACTORS[second], id_="second").case
        office = second in {Role.SUPERVISOR, Role.LEADER} and second is not first
        wanted = Stage.VERIFIED if callback else Stage.CLOSED

        assert after.stage is (wanted if office else Stage.RESOLVED)


# --- Settle.


def answered(story: Story, act: Settle) -> Triaged:
    """A question that came without a category is answered at the desk."""
    lookup = replace(LOOKUP, plan=plan_after_triage(TOWN, story.case.plan, act.category or ""))
    facts = story.do(act, NINE, lookup=lookup)
    assert kinds(facts) == ["triaged", "closed"]
    return only(facts, Triaged)[0]


def test_a_question_without_a_category_is_named_and_answered_at_the_desk() -> None:
    story = unsorted()
    named = answered(story, Settle(result="Open from nine.", category="consult"))

    assert story.case.stage is Stage.CLOSED
    assert story.case.plan.category == "consult"
    assert named.tier is Tier.DIRECT


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
    story.do(Settle(result="Nothing there."), NINE)

    assert code is Refusal.SAME_PERSON
    assert story.case.stage is Stage.CLOSED


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


# --- What a source calls settled.

SWEPT = Arrival(result="Swept.")


def arrived(**changes: Any) -> Story:
    usual: dict[str, Any] = {
        "channel": Channel.PATROL,
        "category": "garbage",
        "place": Place(grid="G01"),
        "evidence": (PHOTO,),
        "standing": SWEPT,
    }
    return Story(planned(TOWN, complaint(**(usual | changes))), NINE)


def test_a_patrol_settles_a_simple_matter_on_the_spot_with_its_picture() -> None:
    assert arrived().case.stage is Stage.CLOSED


def test_a_hotline_that_has_answered_a_question_closes_it() -> None:
    story = arrived(channel=Channel.HOTLINE, category="consult", evidence=())

    assert story.case.stage is Stage.CLOSED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channel": Channel.HOTLINE, "evidence": ()}, "with 0 of 1 pictures"),
        ({"channel": Channel.HOTLINE, "evidence": (SCAN,)}, "with 0 of 1 pictures"),
        ({"category": "outdoor-advertising"}, "with 1 of 2 pictures"),
        ({"category": "road-damage"}, "in assign is not enough"),
        ({"category": "railside-hazard"}, "in supervise is not enough"),
        ({"superior": ORDER}, "only the superior writes it off"),
    ],
    ids=["no picture", "a scan", "too few", "assign", "supervise", "superior"],
)
def test_what_a_source_may_not_settle_goes_to_its_unit(
    changes: dict[str, object], words: str
) -> None:
    story = arrived(**changes)
    facts = [event.fact for event in story.events]
    [dispatched] = only(facts, Dispatched)

    assert story.case.stage is Stage.DISPATCHED
    assert words in dispatched.reason
    assert not only(facts, Closed)


# --- A camera's second look.


def test_what_is_supervised_is_not_closed_by_a_cameras_second_look() -> None:
    seen = complaint(channel=Channel.CAMERA, category="road-occupation", evidence=(PHOTO,))

    assert planned(TOWN, seen).recheck is not None
    assert planned(TOWN, seen, before=("a", "b")).tier is Tier.SUPERVISE
    assert planned(TOWN, seen, before=("a", "b")).recheck is None


# --- Refuse.

NOT_OURS = Refuse(because=OutsideMandate.UNLAWFUL, advice="The court.")


def test_what_was_taken_on_after_a_review_is_not_refused_again() -> None:
    """The second refusal was reviewed by nobody."""
    story = unsorted()
    story.do(NOT_OURS, NINE)
    ours = Answer(part="refusal-1", granted=False, reason="It is ours.")
    story.do(ours, NINE, by=SUPERVISOR)
    code, _ = story.refused(NOT_OURS, NINE)

    assert code is Refusal.LIMIT_REACHED


def without_review(plan: CasePlan) -> CasePlan:
    return replace(plan, parts=tuple(p for p in plan.parts if p.kind is not PartKind.REFUSAL))


def test_what_a_unit_has_had_is_not_refused_where_nobody_reviews_it() -> None:
    new = planned(TOWN, complaint(category="road-damage"))
    story = Story(without_review(new), NINE)
    given_back(story)

    assert story.refused(NOT_OURS, NINE)[0] is Refusal.NOT_PROVIDED


def test_a_town_that_reviews_no_refusal_refuses_what_no_unit_has_had() -> None:
    story = Story(without_review(planned(TOWN, complaint(category=None))), NINE)
    story.do(NOT_OURS, NINE)

    assert story.case.stage is Stage.REFUSED


# --- A ruling that the citizen has no cause.


def test_who_handled_the_case_does_not_rule_that_the_citizen_has_no_cause() -> None:
    story = Story(plan_for(Stage.SIGNED, Tier.SUPERVISE))
    story.do("sign", OPENED)
    story.do("resolve", OPENED)
    story.do("verify", OPENED)
    story.do("verify", OPENED, by=LEADER)
    story.do(Close(callback=Callback.UNSATISFIED), OPENED)
    handled = replace(LEADER, id=ACTORS[Role.HANDLER].id)
    no_cause = Answer(part="dissatisfaction-1", granted=False, reason="It was done.")
    code, _ = story.refused(no_cause, OPENED + hours(1), by=handled)
    story.do(no_cause, OPENED + hours(1), by=LEADER)

    assert code is Refusal.SAME_PERSON
    assert story.case.stage is Stage.CLOSED


# --- Merge: the end of the other case is the end of this one.


def into(tier: Tier, urgency: Urgency = Urgency.NORMAL) -> Lookup:
    return replace(LOOKUP, other=OtherCase(OTHER_CASE, Stage.SIGNED, tier, urgency))


@pytest.mark.parametrize(("own", "other"), [*product(Tier, Tier)])
def test_a_case_is_merged_into_none_of_a_lower_tier(own: Tier, other: Tier) -> None:
    """A supervised case ended with a direct one, without its two signatures."""
    case = case_at(Stage.SIGNED, tier=own)
    after = give(case, "merge", OPENED, lookup=into(other)).case

    assert (after.stage is Stage.MERGED) is (other.depth >= own.depth)


@pytest.mark.parametrize(("own", "other"), [*product(Urgency, Urgency)])
def test_a_case_is_merged_into_none_that_is_less_urgent(own: Urgency, other: Urgency) -> None:
    case = case_at(Stage.SIGNED, pinned=replace(plan_for(Stage.SIGNED), urgency=own))
    after = give(case, "merge", OPENED, lookup=into(Tier.ASSIGN, other)).case

    assert (after.stage is Stage.MERGED) is (other.rank <= own.rank)


@pytest.mark.parametrize(
    ("changes", "merged"),
    [({}, True), ({"urgency": Urgency.CRITICAL}, False), ({"superior": ORDERED}, False)],
    ids=["nothing said", "critical", "supervised by a superior"],
)
def test_what_is_only_assumed_of_a_case_without_category_stops_no_merge(
    changes: dict[str, Any], merged: bool
) -> None:
    story = unsorted(**changes)
    lookup = into(Tier.DIRECT, Urgency.COMPLEX)
    after = give(story.case, "merge", NINE, lookup=lookup).case

    assert (after.stage is Stage.MERGED) is merged


def test_a_case_from_before_is_merged_as_it_was() -> None:
    case = case_at(Stage.SIGNED, pinned=replace(plan_for(Stage.SIGNED), rules=None))
    after = give(case, "merge", OPENED, lookup=into(Tier.DIRECT)).case

    assert after.stage is Stage.MERGED


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.HOTLINE])
def test_a_supervised_case_is_withdrawn_for_its_citizen_by_two_people(role: Role) -> None:
    story = Story(plan_for(Stage.SIGNED, Tier.SUPERVISE))
    story.do("withdraw", OPENED, by=ACTORS[role])
    asked = story.case.stage
    granted = Answer(part="withdrawal-1", granted=True, reason="The citizen said so.")
    story.do(granted, OPENED, by=SUPERVISOR)

    assert asked is Stage.DISPATCHED
    assert story.case.stage is Stage.WITHDRAWN
