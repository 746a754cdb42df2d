"""Promise 41, in every life: no one looks at, ends or lowers what is their own."""

from hypothesis import given

from domain.case.inspections.acts import Check
from domain.case.part_questions import Look
from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartMoved
from domain.case.requests.acts import Answer
from domain.vocabulary import CREW
from tests.unit.lives import ANY_LIVES, FEWER, Life
from tests.unit.lives_states import before_and_after


@FEWER
@given(ANY_LIVES)
def test_no_person_checks_answers_or_waives_what_is_their_own_or_their_units(life: Life) -> None:
    for before, event, _ in before_and_after(life):
        fact, actor = event.fact, event.actor
        if not isinstance(fact, PartMoved) or not isinstance(fact.by, Check | Waive | Answer):
            continue
        part = before.part(fact.part)
        assert part is not None
        own = {actor.unit, actor.own_unit} - {None}
        if not isinstance(fact.by, Waive):
            assert actor.id != part.by.id or part.type.looked_at is Look.LEAD
            assert actor.id != part.reported_by
        of_crews = part.by.role in CREW and actor.role in CREW
        if not of_crews and not isinstance(fact.by, Answer):
            assert own.isdisjoint(part.units)
