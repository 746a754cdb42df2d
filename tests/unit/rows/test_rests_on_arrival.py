"""What rests at its source rests here when its decider agrees, and what cannot wait never does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.handling.facts import Commented
from domain.case.refusals import Refusal
from domain.case.registration.acts import Open
from domain.case.requests.acts import Answer
from domain.complaints import Arrival, SuperiorOrder
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind, PartRule
from domain.vocabulary import Role, Stage, Urgency
from tests.builders import LOOKUP, complaint, give, opened, plan
from tests.town import OPENED
from tests.unit.rows.test_rests_and_extensions import DAYS, LEADER, SUPERVISOR, refusal, ruled


def arriving(parts: tuple[PartRule, ...], until: timedelta, **changes: object) -> CasePlan:
    standing = Arrival(suspended_until=OPENED + until, reason="Frost.")
    return replace(plan(complaint(standing=standing), parts=parts), **changes)  # type: ignore[arg-type]


LIMITED = ruled(PartKind.SUSPENSION, longest=5 * DAYS, decider=Role.LEADER)


def test_a_case_that_rests_at_its_source_rests_when_its_decider_agrees() -> None:
    case = opened(arriving(LIMITED, 30 * DAYS))
    [asked] = case.open_parts()
    agree = Answer(part=asked.id, granted=True, reason="So it is.")

    assert case.suspended_until is None
    assert asked.kind is PartKind.SUSPENSION
    assert refusal(give(case, agree, OPENED, by=SUPERVISOR)) is Refusal.WRONG_ROLE
    assert give(case, agree, OPENED, by=LEADER).case.suspended_until == OPENED + 5 * DAYS


def test_the_decider_is_asked_once_however_often_the_case_is_triaged() -> None:
    pinned = arriving(LIMITED, 30 * DAYS, holder=None)
    found = replace(LOOKUP, plan=replace(pinned, holder="squad"))
    case = opened(pinned)
    for _ in range(2):
        case = give(replace(case, stage=Stage.RECEIVED), "triage", OPENED, lookup=found).case

    assert [part.id for part in case.parts] == ["suspension-1"]


@pytest.mark.parametrize(
    "changes",
    [{"urgency": Urgency.URGENT}, {"urgency": Urgency.CRITICAL}, {"alarm": "漏气"}],
    ids=["urgent", "critical", "a word of hurry"],
)
def test_what_cannot_wait_rests_neither_by_its_source_nor_by_a_superior(
    changes: dict[str, object],
) -> None:
    plans = [arriving(LIMITED, 30 * DAYS, **changes)]
    about = replace(plans[0].complaint, superior=SuperiorOrder("1", "city"))
    plans.append(replace(plans[0], complaint=about))
    for pinned in plans:
        decision = give(None, Open(plan=pinned), OPENED)
        said = [e.fact.text for e in decision.events if isinstance(e.fact, Commented)]
        assert decision.case.suspended_until is None
        assert decision.case.open_parts() == ()
        assert "cannot wait" in said[0]


def test_an_order_that_another_system_sent_does_not_rest_by_its_word() -> None:
    pinned = arriving(LIMITED, 30 * DAYS, sent_for_issuer=True)
    about = replace(pinned.complaint, superior=SuperiorOrder("1", "city"))

    assert opened(replace(pinned, complaint=about)).suspended_until is None


def test_a_running_case_that_rests_on_arrival_does_so_within_the_limits() -> None:
    rule = ruled(PartKind.SUSPENSION, longest=5 * DAYS)
    short = opened(arriving(rule, 30 * DAYS, rules=2))
    never = opened(arriving(ruled(PartKind.SUSPENSION, limit=0), 30 * DAYS))

    assert short.suspended_until == OPENED + 5 * DAYS
    assert never.suspended_until is None


def test_a_row_says_why_a_case_does_not_rest_on_arrival() -> None:
    decision = give(
        None, Open(plan=arriving(ruled(PartKind.SUSPENSION, limit=0), 30 * DAYS)), OPENED
    )

    [said] = [event.fact.text for event in decision.events if isinstance(event.fact, Commented)]
    assert said.startswith("not suspended, although its source says so: the policy allows no")
