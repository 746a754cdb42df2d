"""What ends a case: every command in every stage, tier and role, and each way around a rule."""

from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from domain.case.commands import Act
from domain.case.registration.acts import Settle
from domain.case.state import Case
from domain.complaints import SuperiorOrder
from domain.planning.plans import Suggestion
from domain.vocabulary import (
    ENDED_STAGES,
    Role,
    Stage,
    Tier,
)
from tests.builders import ACTORS, LOOKUP, USUAL, case_at, give, plan_for
from tests.town import OPENED

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
ORDER = SuperiorOrder("2026-13", "city")
ORDERED = replace(ORDER, supervised=True)
LETTERS = {
    "R": Role.REPORTER,
    "D": Role.DISPATCHER,
    "C": Role.HOTLINE,
    "S": Role.SUPERVISOR,
    "L": Role.LEADER,
    "P": Role.SUPERIOR,
    "E": Role.ENGINE,
}
QUESTION = replace(plan_for(Stage.SIGNED, Tier.DIRECT), consult=True)
ASKED = Settle(result="Told where to go.", category="street-stalls")
ACTS: dict[str, Act] = {kind: act for kind, (act, _) in USUAL.items() if kind != "open"}
ACTS |= {"settle as a question": ASKED}
# Who ends a case by which command, in direct and assign, and in supervise. A dot: nobody. In
# received it has no category; in triaged a unit has had it; all others have a holder. The
# leader who has signed a supervised result does not say how content the citizen is with it. What a
# unit has signed, and what is supervised, is withdrawn by two; what a citizen waits for is refused
# by two.
ENDINGS = """
stage       command               direct,assign  supervise
received    withdraw              R              .
triaged     withdraw              R              .
dispatched  withdraw              R              .
verified    close                 CSL            CS
verified    rate                  RC             RC
reported    write_off             P              P
merged      follow                E              E
merged      withdraw              R              .
"""


def _table() -> dict[tuple[str, str, Tier], set[Role]]:
    found = {}
    for line in ENDINGS.strip().splitlines()[1:]:
        stage, rest = line[:12].strip(), line[12:]
        command, low, high = rest[:22].strip(), rest[22:37].strip(), rest[37:].strip()
        for tier in Tier:
            cell = high if tier is Tier.SUPERVISE else low
            found[stage, command, tier] = {LETTERS[each] for each in cell if each != "."}
    return found


TABLE = _table()
RUNNING = [stage for stage in Stage if stage not in ENDED_STAGES]


@cache
def brought_to(stage: Stage, tier: Tier) -> Case:
    """Its text reads as what the desk names it."""
    asks = (Suggestion(ASKED.category or "", ""),)
    return case_at(stage, pinned=replace(plan_for(stage, tier), suggested=asks))


def ends(case: Case, act: Act, role: Role) -> bool:
    """The look-up finds the easiest plan that there could be."""
    about = replace(QUESTION.complaint, superior=case.plan.complaint.superior)
    easy = replace(LOOKUP, plan=replace(QUESTION, complaint=about))
    after = give(case, act, OPENED, by=ACTORS[role], id_="tried", lookup=easy).case
    return after.stage in ENDED_STAGES


@pytest.mark.parametrize(("stage", "tier"), [*product(RUNNING, Tier)])
def test_a_case_is_ended_by_these_commands_and_roles_alone(stage: Stage, tier: Tier) -> None:
    case = brought_to(stage, tier)
    found = {
        name: roles
        for name, act in ACTS.items()
        if (roles := {role for role in Role if ends(case, act, role)})
    }

    assert found == {
        command: roles
        for (at, command, of), roles in TABLE.items()
        if at == stage and of is tier and roles
    }


@pytest.mark.parametrize(("stage", "tier"), [*product(RUNNING, Tier)])
def test_a_superiors_order_is_ended_by_the_superior_alone(stage: Stage, tier: Tier) -> None:
    """By its write-off, or by its source, which takes the order back."""
    way = plan_for(stage, tier)
    about = replace(way.complaint, superior=ORDER)
    case = case_at(stage, pinned=replace(way, complaint=about))
    ended = {(name, role) for name, act in ACTS.items() for role in Role if ends(case, act, role)}

    assert ended <= {("write_off", Role.SUPERIOR), ("withdraw", Role.REPORTER)}


@pytest.mark.parametrize("callback", [True, False])
def test_a_supervised_case_is_closed_after_two_signatures_one_of_them_the_offices(
    callback: bool,
) -> None:
    case = case_at(
        Stage.RESOLVED, pinned=replace(plan_for(Stage.SIGNED, Tier.SUPERVISE), callback=callback)
    )
    signers = [
        role for role in Role if give(case, "verify", OPENED, by=ACTORS[role]).case.signatures
    ]
    for first, second in product(signers, Role):
        signed = give(case, "verify", OPENED, by=ACTORS[first], id_="first").case
        assert signed.stage is Stage.RESOLVED
        after = give(signed, "verify", OPENED, by=ACTORS[second], id_="second").case
        office = second in {Role.SUPERVISOR, Role.LEADER} and second is not first
        wanted = Stage.VERIFIED if callback else Stage.CLOSED

        assert after.stage is (wanted if office else Stage.RESOLVED)
