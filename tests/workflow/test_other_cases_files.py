"""Promise 41 in running workflows: the photo of one case, handed in to another."""

from dataclasses import replace

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.case.closing.acts import Resolve
from domain.complaints import Arrival, Complaint, Evidence
from domain.planning.plans import CasePlan
from domain.vocabulary import Channel, Elsewhere, Stage, Tier
from tests.builders import PHOTO, complaint, plan
from tests.workflow.cases import OpenCase, Town

FRESH = Evidence("f" * 64, "s3://evidence/fresh.jpg", "image/jpeg")


def planned(about: Complaint, elsewhere: Elsewhere | None = Elsewhere.REFUSE) -> CasePlan:
    return replace(plan(about), elsewhere=elsewhere)


async def signed(town: Town, event_id: str, elsewhere: Elsewhere = Elsewhere.REFUSE) -> OpenCase:
    case = await town.open(planned(complaint(event_id=event_id), elsewhere))
    await case.give("sign")
    return case


async def refusal(case: OpenCase, act: Resolve) -> str:
    with pytest.raises(WorkflowUpdateFailedError) as failure:
        await case.give(act)
    cause = failure.value.cause
    assert isinstance(cause, ApplicationError)
    return cause.message


async def test_the_photo_that_a_citizen_sent_to_one_case_is_no_result_of_another(
    town: Town,
) -> None:
    theirs = await town.open(planned(complaint(event_id="731-2", evidence=(PHOTO,))))
    ours = await signed(town, "731-1")

    why = await refusal(ours, Resolve(result="Gone.", evidence=(PHOTO,)))
    assert "evidence in another case on" in why
    assert theirs.plan.case_id not in why  # which the unit may not read
    await ours.give(Resolve(result="Gone.", evidence=(FRESH,)))
    await ours.give("verify")
    assert Stage.VERIFIED is (await ours.state()).stage


async def test_where_it_is_only_shown_the_row_is_before_the_result(town: Town) -> None:
    first = await signed(town, "731-1", Elsewhere.SHOW)
    second = await signed(town, "731-2", Elsewhere.SHOW)
    for case in (first, second):
        await case.give("resolve")

    kinds = [event.fact.kind for event in second.events()]
    assert ["seen_before", "resolved"] == kinds[-2:]
    assert (PHOTO.sha256, first.plan.case_id) in (await second.state()).seen
    assert () == (await first.state()).seen


async def test_what_a_patrol_calls_settled_with_an_old_photo_is_handled(town: Town) -> None:
    await town.open(planned(complaint(event_id="731-1", evidence=(PHOTO,))))
    about = complaint(
        event_id="731-2",
        channel=Channel.PATROL,
        evidence=(PHOTO,),
        standing=Arrival(result="Put away."),
    )
    begun = replace(plan(about, tier=Tier.DIRECT), elsewhere=Elsewhere.REFUSE)
    case = await town.open(begun)

    assert Stage.DISPATCHED is (await case.state()).stage
