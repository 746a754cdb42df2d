"""Two cases that are merged into each other at once, in every order in which it can reach them.

Both read a moment ago that the other one goes its own way. What a case then hears is a message of
the other one, which may come before or after its own merge.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from domain.case.commands import Actor, BetweenCases, Command, OtherCase
from domain.case.cross_case_messages import cross_case_messages
from domain.case.decide import decide
from domain.case.merging.acts import Merge
from domain.case.state import Case
from domain.vocabulary import Role, Stage
from tests.builders import ACTORS, LOOKUP, complaint, opened, plan
from tests.town import OPENED, hours

ONE, TWO = (opened(plan(complaint(event_id=name))) for name in ("one", "two"))
IDS = (ONE.case_id, TWO.case_id)


@dataclass(frozen=True)
class Town:
    """Both cases, what each has yet to hear, and what happened so far, in words."""

    cases: tuple[Case, Case]
    coming: tuple[tuple[int, Command], ...]
    said: tuple[str, ...] = ()


def merging(number: int) -> Command:
    into = IDS[1 - number]
    seen = replace(LOOKUP, other=OtherCase(into, Stage.DISPATCHED, category="street-stalls"))
    act = Merge(into=into, reason="The same stalls.")
    return Command(f"merge-{number}", ACTORS[Role.DISPATCHER], act, seen)


BEGINNING = Town((ONE, TWO), ((0, merging(0)), (1, merging(1))))


def after(town: Town, nth: int) -> Town:
    """Let one of the coming commands reach its case, and send what follows from it."""
    number, command = town.coming[nth]
    before = town.cases[number]
    decision = decide(before, command, OPENED + hours(1))
    sent: list[tuple[int, Command]] = []
    for event in decision.events:
        for order, (to, act) in enumerate(cross_case_messages(decision.case, event)):
            sent.append((IDS.index(to), message(before, event.seq, order, act)))
    both = tuple(decision.case if at == number else town.cases[at] for at in (0, 1))
    facts = ", ".join(event.fact.kind for event in decision.events)
    return Town(
        (both[0], both[1]),
        (*town.coming[:nth], *town.coming[nth + 1 :], *sent),
        (*town.said, f"{number} {command.act.kind}: {facts}"),
    )


def message(sender: Case, seq: int, order: int, act: BetweenCases) -> Command:
    actor = Actor(sender.case_id, Role.ENGINE)
    return Command(f"{sender.case_id}:{seq}:{order}", actor, act, LOOKUP)


def endings(town: Town) -> Iterator[Town]:
    if not town.coming:
        yield town
    for nth in range(len(town.coming)):
        yield from endings(after(town, nth))


ENDINGS = list(endings(BEGINNING))


@pytest.mark.parametrize("end", ENDINGS, ids=lambda end: " > ".join(end.said))
def test_in_every_order_at_most_one_follows_the_other_which_then_knows_it(end: Town) -> None:
    one, two = end.cases
    follows = [case for case in end.cases if case.stage is Stage.MERGED]

    assert len(follows) <= 1
    for leader, other in ((one, two), (two, one)):
        known = [case_id for case_id, _ in leader.joined]
        assert known == [case.case_id for case in follows if case is other]


def test_a_join_that_comes_after_the_own_merge_is_refused_and_sends_the_other_its_own_way() -> None:
    town = after(after(BEGINNING, 0), 0)  # one merges, two merges; each has a join to come
    town = after(after(town, 0), 0)  # both are heard before any answer
    end = next(endings(town))

    assert [Stage.DISPATCHED] * 2 == [case.stage for case in end.cases]


def test_a_join_that_comes_before_the_own_merge_is_taken_and_that_merge_is_refused() -> None:
    town = after(BEGINNING, 0)  # one merges
    town = after(town, 1)  # two hears of it first
    end = next(endings(town))

    assert end.said[-1] == "1 merge: command_refused"
    assert [Stage.MERGED, Stage.DISPATCHED] == [case.stage for case in end.cases]
    assert [ONE.case_id] == [case_id for case_id, _ in end.cases[1].joined]


def test_a_join_that_comes_after_the_way_apart_is_taken() -> None:
    """Two refuses one, which is on its own way again when it hears that two follows it."""
    town = after(after(BEGINNING, 0), 0)
    join_to_two = next(n for n, (number, _) in enumerate(town.coming) if number == 1)
    town = after(town, join_to_two)
    answer_to_one = len(town.coming) - 1
    town = after(town, answer_to_one)
    end = next(endings(town))

    assert [Stage.DISPATCHED, Stage.MERGED] == [case.stage for case in end.cases]
    assert [TWO.case_id] == [case_id for case_id, _ in end.cases[0].joined]
