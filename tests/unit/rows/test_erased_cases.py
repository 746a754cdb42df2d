"""A person is erased from a case that has ended, and what is erased is not handled again."""

from dataclasses import replace

import pytest

from domain.case.citizen.acts import Rate
from domain.case.closing.acts import Close
from domain.case.commands import Command, Lookup
from domain.case.erasing import acted_in, not_ended
from domain.case.parts.facts import PartOpened
from domain.case.refusals import Refusal
from domain.case.requests.acts import AskReopening
from domain.vocabulary import FINAL_STAGES, Callback, Role, Stage
from tests.builders import ACTORS, LOOKUP, case_at, plan
from tests.town import at
from tests.unit.rows.story import Story, only
from tests.unit.rows.test_statistics import closed
from workflows.questions import question

LATER = at("2026-07-02 09:00")
CITIZEN = ACTORS[Role.REPORTER]
BACK = AskReopening(reason="They are back.")
UNHAPPY = Rate(callback=Callback.UNSATISFIED, note="Still there.")
ERASED = replace(LOOKUP, erased=True)


def ended() -> Story:
    return closed(Close(callback=Callback.SATISFIED))


@pytest.mark.parametrize("stage", [*Stage])
def test_a_case_is_erased_once_it_has_ended(stage: Stage) -> None:
    found = not_ended(case_at(stage))

    assert (found is None) is (stage in {*FINAL_STAGES, Stage.CLOSED})


def test_an_open_case_says_by_when_it_is_promised_and_how_to_end_it() -> None:
    case = case_at(Stage.SIGNED)
    found = not_ended(case)

    assert found is not None
    assert found.why == "is signed: who handles it needs what was said"
    assert found.do.startswith("erase it when it is closed, refused or withdrawn, promised by ")
    assert found.do.endswith(f"`sanban cases act {case.case_id} withdraw` ends it")


def test_who_acted_is_known_also_as_a_deputy_and_not_by_what_was_refused() -> None:
    story = Story()
    stands_in = replace(ACTORS[Role.DISPATCHER], id="jin", for_person="zhu")
    story.do("comment", LATER, by=stands_in)
    story.refused("verify", LATER, by=ACTORS[Role.VERIFIER])

    assert {"jin", "zhu"} <= acted_in(story.events)
    assert ACTORS[Role.VERIFIER].id not in acted_in(story.events)


def test_a_case_that_follows_another_is_erased_when_that_ends() -> None:
    case = case_at(Stage.MERGED)
    found = not_ended(case)

    assert found is not None
    assert found.why == f"follows {case.merged_into}, which has not ended"


def test_a_request_that_may_open_it_again_is_answered_first() -> None:
    story = ended()
    story.do(BACK, LATER, by=CITIZEN)
    found = not_ended(story.case)

    assert found is not None
    assert found.why == "may be opened again: reopening-1 waits for its answer"
    assert found.do.startswith("erase it when reopening-1 is answered, by ")


def test_no_one_asks_to_reopen_what_is_erased() -> None:
    refusal, why = ended().refused(BACK, LATER, by=CITIZEN, lookup=ERASED)

    assert refusal is Refusal.ERASED
    assert why.endswith("file a new complaint")


def test_a_citizen_who_is_not_satisfied_opens_nothing_that_is_erased() -> None:
    erased = ended().do(UNHAPPY, LATER, by=CITIZEN, lookup=ERASED)
    kept = ended().do(UNHAPPY, LATER, by=CITIZEN)

    assert only(erased, PartOpened) == []
    assert len(only(kept, PartOpened)) == 1


@pytest.mark.parametrize("act", [BACK, UNHAPPY])
def test_it_is_looked_up_for_what_opens_a_case_again_from_rules_3_on(
    act: AskReopening | Rate,
) -> None:
    case, command = ended().case, Command("c", CITIZEN, act, Lookup())
    earlier = replace(case, plan=replace(plan(), rules=2))
    asked = question(case, command, LATER)

    assert asked is not None
    assert asked.erased_wanted
    assert asked.case == case.case_id
    assert question(earlier, command, LATER) is None


def test_nothing_is_looked_up_for_a_content_citizen() -> None:
    command = Command("c", CITIZEN, Rate(callback=Callback.SATISFIED), Lookup())

    assert question(ended().case, command, LATER) is None
