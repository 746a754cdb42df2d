"""A row says when the engine acts next by itself: if it did not, the row shows it."""

from datetime import timedelta

from domain.case.agenda import first_due, next_item
from domain.case.registration.acts import Open
from schemas.journal import row_of
from tests.builders import give, plan
from tests.town import OPENED


def test_the_moment_of_a_row_is_that_of_the_timer() -> None:
    case = give(None, Open(plan=plan()), OPENED).case
    coming = next_item(case)

    assert coming is not None
    assert row_of(case).next_at == coming.at


def test_what_is_due_at_that_moment_is_not_due_before_it() -> None:
    case = give(None, Open(plan=plan()), OPENED).case
    at = row_of(case).next_at

    assert at is not None
    assert first_due(case, at) is None
    assert first_due(case, at + timedelta(seconds=1)) is not None


def test_a_case_that_is_over_has_none() -> None:
    case = give(give(None, Open(plan=plan()), OPENED).case, "withdraw", OPENED).case

    assert case.stage.is_final
    assert row_of(case).next_at is None
