"""What people ask of a case: done once, answered once, or refused with a reason and journaled."""

import asyncio
import dataclasses
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.case.closing.acts import Resolve
from domain.case.commands import Actor
from domain.case.events import CommandRefused
from domain.case.handling.acts import Comment
from domain.case.refusals import Refusal
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Tier
from schemas.commands import ID_REUSED, REFUSED, CommandAnswer
from tests.builders import ACTORS, WATER_HANDLER, plan
from tests.workflow.cases import OpenCase, Town
from workflows.command_limits import UNFIT


async def no(case: OpenCase, *args: Any, **kwargs: Any) -> ApplicationError:
    """The refusal that a command meets."""
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await case.give(*args, **kwargs)
    assert isinstance(caught.value.cause, ApplicationError)
    return caught.value.cause


@pytest.mark.parametrize(
    ("act", "by", "code"),
    [
        ("sign", WATER_HANDLER, Refusal.NOT_READABLE),
        ("sign", ACTORS[Role.REPORTER], Refusal.WRONG_ROLE),
        ("verify", ACTORS[Role.VERIFIER], Refusal.WRONG_STAGE),
        ("progress", ACTORS[Role.HANDLER], Refusal.WRONG_STAGE),
    ],
)
async def test_what_the_table_forbids_is_refused_with_its_code_and_journaled(
    town: Town, act: str, by: Actor, code: Refusal
) -> None:
    case = await town.open(plan())
    refused = await no(case, act, by=by)
    [event] = case.events(after=3)

    assert REFUSED == refused.type
    assert (code, 4) == refused.details
    assert isinstance(event.fact, CommandRefused)
    assert code == event.fact.refusal
    assert by == event.actor
    assert event.fact.detail == refused.message


async def test_a_case_goes_on_after_a_refusal(town: Town) -> None:
    case = await town.open(plan())
    await case.give("sign")
    missing = await no(case, Resolve(result="Gone, believe me."))
    await case.give("resolve")

    assert Refusal.MISSING_EVIDENCE == missing.details[0]
    assert ["signed", "command_refused", "resolved"] == case.kinds(after=3)


async def test_a_deputy_acts_with_the_row_of_who_is_absent_and_into_the_next_tier(
    town: Town,
) -> None:
    """What a deputy opened keeps both when the case continues as another workflow type."""
    case = await town.open(plan())
    zhou = Actor("wu", Role.SUPERVISOR, "office", for_person="zhou")
    await case.give("sign", by=Actor("li", Role.UNIT_HEAD, "squad", for_person="zhao"))
    await case.give("issue_letter", by=zhou)
    await case.give("raise_tier")

    signed, *_ = case.events(after=3)
    [letter] = (await case.state()).open_parts(PartKind.LETTER)
    assert signed.actor == Actor("li", Role.UNIT_HEAD, "squad", "zhao")
    assert (await case.state()).tier is Tier.SUPERVISE
    assert letter.by == zhou


async def test_a_command_sent_twice_has_one_effect_and_one_answer(real_town: Town) -> None:
    """As the same Update, as another Update, and after a worker came that remembers nothing."""
    case = await real_town.open(plan())
    first = await case.give("sign", id_="s-1")
    again = await case.give("sign", id_="s-1")
    other = await case.give("sign", id_="s-1", update_id="u-2")
    await real_town.restart_worker()
    later = await case.give("sign", id_="s-1", update_id="u-3")

    assert [first] * 3 == [again, other, later]
    assert ["signed"] == case.kinds(after=3)


async def test_a_refused_command_sent_twice_is_refused_once_in_the_same_words(town: Town) -> None:
    case = await town.open(plan())
    first = await no(case, "verify", id_="v-1")
    await case.give("sign")
    again = await no(case, "verify", id_="v-1", update_id="u-2")

    assert first.message == again.message
    assert first.details == again.details
    assert ["command_refused", "signed"] == case.kinds(after=3)


async def test_a_command_sent_by_many_at_once_has_one_effect_and_one_answer(town: Town) -> None:
    case = await town.open(plan())
    answers = await asyncio.gather(
        *(case.give("sign", id_="s-1", update_id=f"u-{number}") for number in range(8))
    )

    assert 1 == len(set(map(repr, answers)))
    assert ["signed"] == case.kinds(after=3)


async def test_an_id_used_for_another_kind_is_refused_and_nothing_is_journaled(town: Town) -> None:
    case = await town.open(plan())
    await case.give("sign", id_="c-1")
    refused = await no(case, "comment", id_="c-1", update_id="u-2")

    assert ID_REUSED == refused.type
    assert "sign" in refused.message
    assert ["signed"] == case.kinds(after=3)


async def test_an_id_used_for_two_kinds_at_once_serves_one_and_refuses_the_other(
    real_town: Town,
) -> None:
    """Both reach the case before either is decided: the second must not get the first's answer."""
    case = await real_town.open(plan())
    await real_town.stop_worker()
    both = [
        asyncio.create_task(case.give(kind, id_="c-1", update_id=kind))
        for kind in ("sign", "comment")
    ]
    await real_town.start_worker()
    answers = await asyncio.gather(*both, return_exceptions=True)
    served = [answer for answer in answers if isinstance(answer, CommandAnswer)]
    [refused] = [answer for answer in answers if isinstance(answer, WorkflowUpdateFailedError)]

    assert [4] == [answer.seq for answer in served]
    assert isinstance(refused.cause, ApplicationError)
    assert ID_REUSED == refused.cause.type
    assert 4 == len(case.rows)


async def test_nobody_can_speak_as_the_engine(town: Town) -> None:
    case = await town.open(plan())
    refused = await no(case, "comment", by=ACTORS[Role.ENGINE])
    await case.give("sign")

    assert Refusal.WRONG_ROLE == refused.details[0]
    assert "signed" == case.kinds()[-1]


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"id": "c-1", "actor": {"id": "li", "role": "handler"}, "act": {"kind": "fly"}},
        {"id": "c 1", "actor": {"id": "li", "role": "handler"}, "act": {"kind": "sign"}},
        {"id": "c-1", "actor": {"id": "li", "role": "king"}, "act": {"kind": "sign"}},
        {"id": "c-1", "actor": {"id": "li", "role": "handler"}, "act": {"kind": "sign", "x": 1}},
        "sign",
    ],
)
async def test_what_is_no_command_is_turned_away_and_the_case_goes_on(
    town: Town, payload: object
) -> None:
    case = await town.open(plan())
    with pytest.raises(WorkflowUpdateFailedError):
        await case.handle.execute_update("act", payload)
    await case.give("sign")

    assert ["signed"] == case.kinds(after=3)


@pytest.mark.parametrize("text", ["Still\x00there.", "!" * 60_000], ids=["NUL", "60 000 letters"])
async def test_a_text_that_no_journal_can_hold_is_turned_away_and_the_case_goes_on(
    town: Town, text: str
) -> None:
    """Accepted, it could never be journaled, and the case would stand still for ever."""
    case = await town.open(plan())
    refused = await no(case, Comment(text=text))
    await case.give("sign")

    assert UNFIT == refused.type
    assert ["signed"] == case.kinds(after=3)


async def test_comments_may_come_in_a_crowd(town: Town) -> None:
    case = await town.open(plan())
    answers = await asyncio.gather(
        *(case.give(Comment(text=f"Still there ({number}).")) for number in range(8))
    )

    assert {*range(4, 12)} == {answer.seq for answer in answers}
    assert dataclasses.replace(await case.state(), answered=()).seq == 11
