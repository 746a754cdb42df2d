"""The outline of a case says what the whole case says."""

from dataclasses import replace

import pytest
from hypothesis import given

from domain.case.outlines import outline
from domain.case.state import Case, Outline
from domain.vocabulary import Stage
from tests.builders import USUAL, case_at, give
from tests.town import OPENED
from tests.unit.lives import ANY_LIVES, DILIGENT_LIVES, FEWER, Life
from tests.unit.lives_states import before_and_after


def told_of(case: Case) -> Outline:
    return Outline(
        tenant=case.plan.complaint.tenant,
        tier=case.tier,
        seq=case.seq,
        stage=case.stage,
        holder=case.holder,
        rests_at=case.rests_at,
        parts=tuple((part.id, part.kind) for part in case.parts),
    )


def follows(life: Life) -> None:
    known = outline(None, life.events[0])
    for _, event, after in before_and_after(life):
        known = outline(known, event)

        assert known == told_of(after)


@FEWER
@given(ANY_LIVES)
def test_in_every_life_the_outline_is_that_of_the_case(life: Life) -> None:
    follows(life)


@FEWER
@given(DILIGENT_LIVES)
def test_in_every_diligent_life_the_outline_is_that_of_the_case(life: Life) -> None:
    follows(life)


@pytest.mark.parametrize("stage", Stage)
def test_whatever_is_usual_at_a_stage_leaves_the_outline_of_the_case(stage: Stage) -> None:
    case = case_at(stage)
    for kind in sorted(USUAL.keys() - {"open"}):
        decision = give(case, kind, OPENED)
        known = told_of(case)
        for event in decision.events:
            known = outline(known, event)

        assert known == told_of(decision.case), kind


def test_a_case_begins_with_its_first_row_and_goes_on_with_the_next() -> None:
    first, *_, last = give(None, "open", OPENED).events

    with pytest.raises(ValueError, match="begins with received, not with dispatched"):
        outline(None, last)
    with pytest.raises(ValueError, match="after row 1 comes 2, not 7"):
        outline(outline(None, first), replace(last, seq=7))
