"""Every role in every stage with every command: the table below is the promise, written by hand."""

from dataclasses import replace
from itertools import product

import pytest

from domain.decisions import Decision
from domain.events import CommandRefused
from domain.refusals import Refusal
from domain.permissions import PERMISSIONS
from domain.words import Role, Stage
from tests.builders import ACTORS, USUAL, case_at, give
from tests.town import OPENED

LETTERS = {
    "R": Role.REPORTER,
    "D": Role.DISPATCHER,
    "H": Role.HANDLER,
    "U": Role.UNIT_HEAD,
    "V": Role.VERIFIER,
    "C": Role.HOTLINE,  # calls back
    "S": Role.SUPERVISOR,
    "L": Role.LEADER,
    "E": Role.ENGINE,
}
# A dot: nobody. An asterisk: everybody but the engine.
TABLE = """
            received triaged dispatched signed in_progress resolved verified closed withdrawn
open        .        .       .          .      .           .        .        .      .
triage      DS       DS      .          .      .           .        .        .      .
dispatch    .        DS      .          .      .           .        .        .      .
sign        .        .       HU         .      .           .        .        .      .
progress    .        .       .          HU     HU          .        .        .      .
return      .        .       HU         HU     HU          .        .        .      .
resolve     .        .       .          HU     HU          .        .        .      .
verify      .        .       .          .      .           DVS      .        .      .
close       .        .       .          .      .           .        CS       .      .
raise_tier  .        DSL     DSL        DSL    DSL         .        .        .      .
withdraw    RCD      RCD     RCD        RCD    RCD         RCD      RCD      .      .
comment     *        *       *          *      *           *        *        .      .
suspend     .        .       SL         SL     SL          .        .        .      .
resume      .        .       SL         SL     SL          .        .        .      .
ring        E        E       E          E      E           E        E        .      .
"""
HEADER, *ROWS = (line.split() for line in TABLE.strip().splitlines())
ALLOWED: dict[tuple[str, Stage], set[Role]] = {
    (kind, Stage(stage)): (
        set(Role) - {Role.ENGINE}
        if cell == "*"
        else {LETTERS[letter] for letter in cell if letter != "."}
    )
    for kind, *cells in ROWS
    for stage, cell in zip(HEADER, cells, strict=True)
}
EVERYTHING = sorted(product(USUAL, Stage, Role))
INSIDE = [it for it in EVERYTHING if it[2] in ALLOWED[it[0], it[1]]]
OUTSIDE = [it for it in EVERYTHING if it[2] not in ALLOWED[it[0], it[1]]]
OF_THE_TABLE = {Refusal.WRONG_STAGE, Refusal.WRONG_ROLE, Refusal.ALREADY_OPEN}


def refusals(decision: Decision) -> list[Refusal]:
    facts = (event.fact for event in decision.events)
    return [fact.refusal for fact in facts if isinstance(fact, CommandRefused)]


@pytest.mark.parametrize(("kind", "stage", "role"), OUTSIDE)
def test_outside_the_table_a_command_is_refused_and_journaled_and_changes_nothing(
    kind: str, stage: Stage, role: Role
) -> None:
    case = case_at(stage)
    decision = give(case, kind, OPENED, by=ACTORS[role])
    [event] = decision.events

    assert [event.seq] == [case.seq + 1]
    assert refusals(decision)[0] in OF_THE_TABLE
    assert (ACTORS[role], kind) == (event.actor, event.command)
    assert case == replace(decision.case, seq=case.seq, answered=case.answered)


@pytest.mark.parametrize(("kind", "stage", "role"), INSIDE)
def test_inside_the_table_no_command_is_refused_for_its_stage_or_role(
    kind: str, stage: Stage, role: Role
) -> None:
    case = case_at(stage)
    if kind == "resume":
        case = give(case, "suspend", OPENED).case
    decision = give(case, kind, OPENED, by=ACTORS[role])

    assert OF_THE_TABLE.isdisjoint(refusals(decision))


def test_the_table_speaks_of_every_command_and_every_stage() -> None:
    assert set(USUAL) == {kind for kind, _ in ALLOWED}
    assert set(PERMISSIONS) | {"open"} == set(USUAL)
    assert set(Stage) == {stage for _, stage in ALLOWED}
    assert set(Role) == set(LETTERS.values())


@pytest.mark.parametrize("stage", [stage for stage in Stage if not stage.is_final])
def test_in_every_open_stage_there_is_a_command_that_leads_on(stage: Stage) -> None:
    onward = {
        give(case_at(stage), kind, OPENED, by=ACTORS[role]).case.stage
        for kind, in_stage, role in INSIDE
        if in_stage is stage and kind != "withdraw"
    }

    assert onward - {stage}
