"""When so many resemble each other that one leads them, and when a rule keeps its hands off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.complaints import Arrival, Place, SuperiorOrder
from domain.matching.clustering import Candidate, CaseState, ClusterLeader, Judgement, judge
from domain.matching.similarity import features_of
from domain.planning.planner import SAME_SPOT, plan
from domain.planning.plans import CasePlan, Similar
from domain.policy.model import Policy
from domain.policy.similar_rules import SimilarRule, SurgeRule, Weights
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.similarity import similarity
from domain.vocabulary import Urgency
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack
from tests.builders import complaint

SIMILAR = SimilarRule(within=timedelta(days=7), metres=200, link=60)
SURGE = SurgeRule(at_least=4, within=timedelta(hours=2), score=75)
TOWN = load_pack(pack_of("youchegang"), {"china": china})
POLICY: Policy = replace(TOWN, similar=SIMILAR, surge=SURGE)
NEW: CasePlan = plan(POLICY, replace(complaint(event_id="new"), place=Place("School Road 3")))
REPORT = features_of(NEW.complaint)


def before(number: int, state: CaseState = CaseState.OWN, **changes: object) -> Candidate:
    report = features_of(NEW.complaint)
    report = replace(report, at=report.at - timedelta(minutes=number))
    return replace(Candidate(f"case-{number}", number, report, state), **changes)  # type: ignore[arg-type]


def behind(leader: Candidate, number: int, state: CaseState = CaseState.FOLLOWS) -> Candidate:
    led = ClusterLeader(leader.case_id, leader.order, leader.state, leader.begun, leader.urgency)
    return before(number, state, leader=led)


def into(
    candidates: Sequence[Candidate], new: CasePlan = NEW, policy: Policy = POLICY
) -> str | None:
    return judge(policy, features_of(new.complaint), candidates).applied_to(new).into


def test_the_fourth_of_four_goes_the_way_of_the_first_and_so_do_the_others() -> None:
    three = [before(number) for number in (3, 1, 2)]

    found = judge(POLICY, REPORT, three)

    assert found.cluster is not None
    assert found.cluster.leader == ClusterLeader("case-1", 1, CaseState.OWN, begun=True)
    assert set(found.cluster.others) == {"case-2", "case-3"}
    assert found.applied_to(NEW).into_reason == "surge: 4 reports of one matter or more"
    assert into(three[:2]) is None


def test_one_that_comes_late_follows_the_leader_of_those_it_resembles() -> None:
    first = before(1)

    assert into([behind(first, number) for number in (60, 61, 62)]) == "case-1"
    assert judge(POLICY, REPORT, [behind(first, n) for n in (60, 61, 62)]).cluster is not None


def test_who_is_like_one_of_a_surge_belongs_to_it_though_told_in_other_words() -> None:
    first = before(1)
    others = [behind(first, number) for number in (2, 3)]
    told = [replace(e, report=replace(e.report, text="占道经营 pavement")) for e in others]
    assert into([*told, behind(first, 4)]) == "case-1"

    unlike = [replace(e, report=replace(e.report, text="占道经营")) for e in (*others, before(4))]
    assert {each.score for each in judge(POLICY, REPORT, unlike).similar} == {65}
    assert into(unlike) is None
    assert into([before(number) for number in (5, 6)] + unlike[2:]) is None


def test_what_is_over_is_counted_and_linked_but_leads_nobody() -> None:
    over = before(1, CaseState.OVER)

    assert into([over, before(2), before(3)]) == "case-2"
    assert into([before(number, CaseState.OVER) for number in (1, 2, 3)]) is None
    assert {each.case for each in judge(POLICY, REPORT, [over]).similar} == {"case-1"}


def test_whoever_followed_one_that_is_over_leads_no_new_surge_but_stands_for_itself() -> None:
    """The matter is back: those that came after the end of the first gather behind another."""
    over = before(1, CaseState.OVER)

    assert into([behind(over, number, CaseState.OWN) for number in (2, 3, 4)]) == "case-2"
    assert into([behind(over, number, CaseState.OVER) for number in (2, 3, 4)]) is None


def test_what_people_undid_no_rule_does_again_also_not_for_those_that_come_after() -> None:
    first = before(1)
    scattered = [behind(first, number, CaseState.OWN) for number in (2, 3, 4)]

    found = judge(POLICY, REPORT, [first, *scattered])

    assert found.cluster is None
    assert found.apart is True
    later = [before(number, apart=True) for number in (5, 6, 7)]
    assert judge(POLICY, REPORT, later).apart


def test_one_that_was_taken_out_does_not_stop_the_surge_and_is_left_alone() -> None:
    first = before(1)
    following = [behind(first, number) for number in (2, 3)]

    found = judge(POLICY, REPORT, [first, *following, behind(first, 4, CaseState.OWN)])

    assert found.cluster is not None
    assert found.cluster.leader.case_id == "case-1"
    assert found.cluster.others == ()


def test_what_was_said_too_long_ago_or_of_another_matter_is_not_counted() -> None:
    long_ago = before(1)
    long_ago = replace(
        long_ago, report=replace(long_ago.report, at=long_ago.report.at - timedelta(hours=2))
    )
    other = before(2)
    other = replace(other, report=replace(other.report, text="完全无关的事情"))

    assert into([before(3), before(4), long_ago]) is None
    assert into([before(3), before(4), other]) is None
    assert into([before(3), before(4), before(5)]) == "case-3"


@pytest.mark.parametrize(
    "changed",
    [
        replace(NEW.complaint, superior=SuperiorOrder("1", "省厅")),
        replace(NEW.complaint, standing=Arrival(result="当场清理")),
    ],
)
def test_what_needs_an_answer_of_its_own_or_has_one_follows_nobody(changed: object) -> None:
    new = replace(NEW, complaint=changed)  # type: ignore[arg-type]

    assert into([before(number) for number in (1, 2, 3)], new) is None
    assert judge(POLICY, features_of(new.complaint), [before(1)]).similar
    kept = before(2)
    kept = replace(kept, report=replace(kept.report, may_follow=False))
    found = judge(POLICY, REPORT, [before(1), kept, before(3)])
    assert found.cluster is not None
    assert found.cluster.others == ("case-3",)


def test_a_policy_without_rules_links_and_gathers_nothing() -> None:
    three = [before(number) for number in (1, 2, 3)]

    assert judge(replace(POLICY, similar=None), REPORT, three) == Judgement()
    assert into(three, policy=replace(POLICY, surge=None)) is None
    assert judge(replace(POLICY, surge=None), REPORT, three).similar


def test_the_nearest_five_are_linked_and_a_repeat_of_the_spot_keeps_the_higher_score() -> None:
    new = replace(NEW, similar=(Similar("case-1", SAME_SPOT, "again"), Similar("x", 61, "again")))
    links = (
        judge(POLICY, features_of(new.complaint), [before(number) for number in range(1, 9)])
        .applied_to(new)
        .similar
    )

    assert len(links) == 5
    assert [each.score for each in links] == sorted((e.score for e in links), reverse=True)
    assert next(each for each in links if each.case == "case-1").score > SAME_SPOT


@pytest.mark.parametrize(
    ("similar", "surge", "path", "said"),
    [
        (None, SURGE, ("surge",), "say what is similar"),
        (replace(SIMILAR, within=timedelta(days=91)), None, ("similar", "within"), "90d or less"),
        (replace(SIMILAR, metres=5), None, ("similar", "metres"), "say 10 to 1000"),
        (replace(SIMILAR, metres=1001), None, ("similar", "metres"), "say 10 to 1000"),
        (
            replace(SIMILAR, weights=Weights(category=20)),
            None,
            ("similar", "weights"),
            "weights make 105 together",
        ),
        (SIMILAR, replace(SURGE, at_least=51), ("surge", "at_least"), "50 or less"),
        (
            SIMILAR,
            replace(SURGE, within=timedelta(days=8)),
            ("surge", "within"),
            "longer than similar.within",
        ),
        (
            replace(SIMILAR, link=80),
            SURGE,
            ("surge", "score"),
            "lower than similar.link (80)",
        ),
        (SIMILAR, replace(SURGE, score=65), ("surge", "score"), "without a word in common"),
    ],
)
def test_rules_that_cannot_be_meant_are_named(
    similar: SimilarRule | None, surge: SurgeRule | None, path: tuple[str, ...], said: str
) -> None:
    [finding] = similarity(PolicyDraft(similar=similar, surge=surge))

    assert finding.file == "policy"
    assert finding.path == path
    assert said in finding.reason


def test_the_rules_of_a_town_are_right() -> None:
    assert not [*similarity(PolicyDraft(similar=SIMILAR, surge=SURGE))]
    assert not [*similarity(PolicyDraft())]


LOW, HIGH = Urgency.NORMAL, Urgency.CRITICAL


def test_a_more_urgent_report_follows_none_that_is_less_urgent() -> None:
    three = [before(number, urgency=LOW) for number in (1, 2, 3)]

    assert judge(POLICY, REPORT, three, HIGH).cluster is None
    assert judge(POLICY, REPORT, three, LOW).cluster is not None


def test_more_urgent_reports_follow_the_first_of_their_own() -> None:
    first, second = (before(number, urgency=LOW) for number in (1, 2))
    led = [behind(first, 4), behind(first, 5)]
    strict = before(3, urgency=HIGH)
    found = judge(POLICY, REPORT, [first, second, *led, strict], HIGH)

    assert found.cluster is not None
    assert "case-3" == found.cluster.leader.case_id


def test_an_earlier_case_that_is_more_urgent_than_the_leader_stays_apart() -> None:
    three = [before(1, urgency=LOW), before(2, urgency=HIGH), before(3, urgency=LOW)]
    found = judge(POLICY, REPORT, three, LOW)

    assert found.cluster is not None
    assert "case-1" == found.cluster.leader.case_id
    assert {"case-3"} == {*found.cluster.others}
