"""Decisions of every kind, whose rows are held against the contract of the journal."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product

from domain.case.closing.acts import Close, Verify
from domain.case.commands import ENGINE, Actor, SeenFile
from domain.case.cross_case_messages import cross_case_messages
from domain.case.decide import Decision
from domain.case.events import CommandRefused
from domain.case.handling.acts import Progress
from domain.case.notices.acts import Failure, KeepNotice
from domain.case.requests.acts import Answer
from domain.case.resources.acts import Reserve
from domain.case.state import Case
from domain.case.task_links.acts import ReportByLink
from domain.case.tiers.acts import AskTier
from domain.policy.flows import FollowOn
from domain.vocabulary import Callback, Elsewhere, Role, Stage, Tier
from tests.acts import OTHER_CASE, PHOTO
from tests.builders import (
    ACTORS,
    LOOKUP,
    USUAL,
    WATER_HANDLER,
    case_at,
    deadline_moved,
    give,
    opened,
    plan_for,
)
from tests.town import OPENED, at

KINDS = sorted(USUAL.keys() - {"open"})


def decisions() -> Iterator[Decision]:
    """Every usual command at every stage, some less usual ones, and a case that nobody looks at."""
    yield give(None, "open", OPENED)
    for stage in Stage:
        case = case_at(stage)
        yield from (give(case, kind, OPENED) for kind in KINDS)
    yield give(give(case_at(Stage.SIGNED), "suspend", OPENED).case, "resume", OPENED)
    yield give(case_at(Stage.RESOLVED), Verify(passed=False, note="Still there."), OPENED)
    yield give(case_at(Stage.VERIFIED), Close(callback=Callback.NOT_REACHED), OPENED)
    of_the_city = case_at(Stage.VERIFIED, pinned=plan_for(Stage.REPORTED))
    yield give(of_the_city, "close", OPENED)
    yield give(opened(), "ring", at("2027-06-01 08:00"))
    yield give(case_at(Stage.CLOSED), "ring", at("2027-06-01 08:00"))
    yield deadline_moved()
    failed = KeepNotice(row=3, person="li", attempts=3, failure=Failure.NOT_TAKEN)
    yield give(case_at(Stage.CLOSED), failed, OPENED)


@cache
def of_further_kinds() -> tuple[Decision, ...]:
    """Return the further decisions with a fact of a kind that no other has, made once: they are
    thousands.
    """
    known = {event.fact.kind for decision in decisions() for event in decision.events}
    return tuple(
        decision
        for decision in _further_decisions()
        if not known.issuperset(event.fact.kind for event in decision.events)
    )


def _further_decisions() -> Iterator[Decision]:
    """Every usual command upon every other that was not refused, and every request granted by
    each who may.

    After a refusal all is decided as before it: four fifths of the commands, and no row of a new
    kind.
    """
    lower = AskTier(to=Tier.ASSIGN, reason="Simpler than it looked.")
    yield from granted(give(case_at(Stage.SIGNED, tier=Tier.SUPERVISE), lower, OPENED).case)
    yield from by_link()
    yield from in_a_folder()
    yield with_a_file_of_another_case()
    yield from with_a_recorder()
    leads_on = replace(plan_for(Stage.RESOLVED), follow_on=FollowOn("demolition"))
    yield give(case_at(Stage.RESOLVED, pinned=leads_on), "verify", OPENED)
    for tier, stage in product((Tier.ASSIGN, Tier.SUPERVISE), Stage):
        case = case_at(stage, tier=tier)
        for first in [give(case, kind, OPENED) for kind in KINDS]:
            yield first
            if not any(isinstance(event.fact, CommandRefused) for event in first.events):
                yield from (give(first.case, kind, OPENED) for kind in KINDS)
                yield from granted(first.case)


def by_link() -> Iterator[Decision]:
    """A task whose outside party has a link, and a token that is wrong."""
    known = replace(LOOKUP, kinds=(("water", "outside-party"),))
    tasked = give(case_at(Stage.SIGNED), "give_task", OPENED)
    linked = give(tasked.case, "give_link", OPENED, lookup=known)
    party = Actor("link of task-1", Role.OUTSIDE, "water")
    wrong = ReportByLink(part="task-1", proof="of another", text="Swept.", evidence=(PHOTO,))
    yield linked
    yield give(linked.case, wrong, OPENED, by=party)
    yield give(linked.case, "revoke_link", OPENED)


def in_a_folder() -> Iterator[Decision]:
    added = give(give(case_at(Stage.SIGNED), "investigate", OPENED).case, "add_piece", OPENED)
    yield added
    yield give(added.case, "recognise_piece", OPENED, by=WATER_HANDLER)


def with_a_file_of_another_case() -> Decision:
    pinned = replace(plan_for(Stage.SIGNED), elsewhere=Elsewhere.SHOW)
    seen = (SeenFile(PHOTO.sha256, OTHER_CASE, OPENED - timedelta(days=3)),)
    case = case_at(Stage.SIGNED, pinned=pinned)
    return give(case, "resolve", OPENED, lookup=replace(LOOKUP, seen=seen))


def with_a_recorder() -> Iterator[Decision]:
    """A recorder is reserved, kept, and a file of it is of another time."""
    until = OPENED + timedelta(hours=2)
    reserve = Reserve(resources=("recorder-1",), until=until)
    first = give(case_at(Stage.SIGNED), reserve, OPENED, id_="reserve")
    [(_, again)] = cross_case_messages(first.case, first.events[-1])
    yield give(first.case, again, OPENED, by=ENGINE)
    file = replace(PHOTO, taken_at=OPENED - timedelta(days=1), recorder="recorder-1")
    yield give(first.case, Progress(note="Filmed.", evidence=(file,)), OPENED)


def granted(case: Case) -> Iterator[Decision]:
    for part, actor in product(case.open_parts(), ACTORS.values()):
        answer = Answer(part=part.id, granted=True, reason="Granted.")
        yield give(case, answer, OPENED, by=actor, id_=f"answer by {actor.id}")
