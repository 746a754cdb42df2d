"""Every role in every stage and tier with every command: the table is the promise, by hand."""

from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import pytest

from domain.case.commands import Command
from domain.case.decide import Decision
from domain.case.events import CommandRefused
from domain.case.participants import parties
from domain.case.permissions import PERMISSIONS, forbidden
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.vocabulary import OVERSEERS, Role, Stage, Tier
from tests.builders import ACTORS, LOOKUP, USUAL, case_at, give
from tests.town import OPENED, hours

LETTERS = {
    "R": Role.REPORTER,
    "D": Role.DISPATCHER,
    "H": Role.HANDLER,
    "A": Role.AUXILIARY,
    "U": Role.UNIT_HEAD,
    "V": Role.VERIFIER,
    "C": Role.HOTLINE,  # calls back
    "S": Role.SUPERVISOR,
    "L": Role.LEADER,
    "P": Role.SUPERIOR,
    "E": Role.ENGINE,
    "O": Role.OUTSIDE,
    "M": Role.OPERATOR,  # maintains
    "B": Role.AUDITOR,  # reads the books
}
# A dot: nobody. An asterisk: everybody but the engine and outside
# parties. `tiers`: d(irect), a(ssign), s(upervise).
# `whose`: of H, A and U only those of the unit that holds the case may, only those who were asked,
# or all. `rest`: whether it may be given while the case is suspended. Stages by three letters.
TABLE = """
            tiers whose  rest rec tri    dis    sig    in_    res   ver   rep   clo  ref mer arc wit
open        das   any    no   .   .      .      .      .      .     .     .     .    .   .   .   .
triage      das   holder no   DS  DS     .      .      .      .     .     .     .    .   .   .   .
settle      das   holder no   DS  DS     .      .      .      .     .     .     .    .   .   .   .
refuse      das   holder no   DS  DS     .      .      .      .     .     .     .    .   .   .   .
send_check  das   holder no   DS  DS     .      .      .      .     .     .     .    .   .   .   .
dispatch    das   holder no   .   DS     .      .      .      .     .     .     .    .   .   .   .
choose_standard das holder no .   .      DS     DS     DS     .     .     .     .    .   .   .   .
sign        das   holder no   .   .      HAU    .      .      .     .     .     .    .   .   .   .
progress    das   holder no   .   .      .      HAU    HAU    .     .     .     .    .   .   .   .
return      das   holder no   .   .      HU     HU     HU     .     .     .     .    .   .   .   .
resolve     das   holder no   .   .      .      HAU    HAU    .     .     .     .    .   .   .   .
ask_extension  das holder no  .   .      HU     HU     HU     .     .     .     .    .   .   .   .
ask_suspension das holder no  .   .      HU     HU     HU     .     .     .     .    .   .   .   .
ask_tier    das   holder no   .   .      HU     HU     HU     .     .     .     .    .   .   .   .
decline_filing as holder no   .   .      .      HU     HU     .     .     .     .    .   .   .   .
ask_reopening  das holder no  .   .      .      .      .      .     .     .     RDCS .   .   .   .
ask_exemption  das holder no  .   .      .      .      .      .     .     .     HU   .   .   .   .
answer      das   holder yes  DSL DSL    DSL    DSL    DSL    DSL   DSL   DSL   DSL  DSL .   .   .
give_task   as    holder no   .   .      HUDSL  HUDSL  HUDSL  .     .     .     .    .   .   .   .
convene     as    holder no   .   .      HUDSL  HUDSL  HUDSL  .     .     .     .    .   .   .   .
investigate as    holder no   .   .      HUDSL  HUDSL  HUDSL  .     .     .     .    .   .   .   .
plan_action as    holder no   .   .      HUSL   HUSL   HUSL   .     .     .     .    .   .   .   .
report_action das holder no   .   .      HUSL   HUSL   HUSL   .     .     .     .    .   .   .   .
count       das   holder yes  .   .      HUDSL  HUDSL  HUDSL  HUDSL HUDSL HUDSL HUDSL .  .   .   .
hold        das   holder no   .   .      HUDSL  HUDSL  HUDSL  .     .     .     .    .   .   .   .
report      das   asked  no   HAU HAU    HAU    HAU    HAU    HAU   HAU   HAU   .    .   .   .   .
recheck     das   holder no   RDSLV .    .      .      .      .     .     .     .    .   .   .   .
check       das   any    no   HUDSLV HUDSLV HUDSLV HUDSLV HUDSLV HUDSLV HUDSLV HUDSLV . . . .  .
conclude    das   holder no   .   .      HUSL   HUSL   HUSL   .     .     .     .    .   .   .   .
waive       das   holder no   SL  SL     SL     SL     SL     SL    SL    SL    .    .   .   .   .
add_piece   as    asked  no   .   .      HAU    HAU    HAU    .     .     .     .    .   .   .   .
recognise_piece as asked no   .   .      HU     HU     HU     .     .     .     .    .   .   .   .
reserve     das   any    no   .   .      HUSL   HUSL   HUSL   .     .     .     .    .   .   .   .
release     das   any    yes  HUSL HUSL  HUSL   HUSL   HUSL   HUSL  HUSL  HUSL  .    .   .   .   .
give_link   as    holder no   .   .      HU     HU     HU     .     .     .     .    .   .   .   .
revoke_link das   holder yes  .   .      HUSL   HUSL   HUSL   .     .     .     .    .   .   .   .
report_by_link das holder no  .   .      O      O      O      .     .     .     .    .   .   .   .
appoint     s     holder no   .   SLP    SLP    SLP    SLP    .     .     .     .    .   .   .   .
issue_letter as   holder no   .   .      SL     SL     SL     .     .     .     .    .   .   .   .
urge        das   holder no   .   .      RDCSL  RDCSL  RDCSL  .     .     .     .    .   .   .   .
circulate   das   holder no   .   .      SL     SL     SL     SL    SL    SL    .    .   .   .   .
summon      as    holder no   .   .      HUSL   HUSL   HUSL   .     .     .     .    .   .   .   .
no_show     das   holder no   .   .      HUSL   HUSL   HUSL   .     .     .     .    .   .   .   .
commit      as    holder no   .   .      HUSL   HUSL   HUSL   .     .     .     .    .   .   .   .
order_rectification as holder no . .     HUSL   HUSL   HUSL   .     .     .     .    .   .   .   .
serve       das   holder no   .   .      HAUSL  HAUSL  HAUSL  .     .     .     .    .   .   .   .
inquire     s     holder no   .   .      SL     SL     SL     .     .     .     .    .   .   .   .
file_penalty as   holder no   .   .      .      HU     HU     .     .     .     .    .   .   .   .
advance_penalty das asked  yes .   .      HUL    HUL    HUL    HUL   HUL   HUL   HUL  .   HUL .   .
verify      das   holder no   .   .      .      .      .      DVSL  .     .     .    .   .   .   .
close       das   holder no   .   .      .      .      .      .     CSL   .     .    .   .   .   .
retract     das   holder yes HUDCS HUDCS HUDCS HUDCS  HUDCS  HUDCS HUDCS HUDCS HUDCS HUDCS . .   .
look_back   das   holder no   .   .      .      .      .      .     .     .     DVSL .   .   .   .
write_off   das   holder no   .   .      .      .      .      .     .     P     .    .   .   .   .
send_back   das   holder no   .   .      .      .      .      .     .     P     .    .   .   .   .
change_deadline das holder yes P P P P P P P P .     .    .   .   .
raise_tier  das   holder no   .   HAUDSL HAUDSL HAUDSL HAUDSL .     .     .     .    .   .   .   .
withdraw    das   holder yes  RCD RCD    RCD    RCD    RCD    RCD   RCD   .     .    .   RCD .   .
supplement  das   holder yes RCD RCD   RCD    RCD    RCD    RCD   RCD   RCD   RCD  RCD RCD .   .
rate        das   holder yes RC  RC     RC     RC     RC     RC    RC    RC    RC   RC  RC  .   .
comment     das   any    yes  *   *      *      *      *      *     *     *     *    *   *   .   .
suspend     das   holder no   .   .      SL     SL     SL     .     .     .     .    .   .   .   .
resume      das   holder yes  SL  SL     SL     SL     SL     SL    SL    SL    .    .   .   .   .
merge       das   holder yes  DSE DSE    DSE    DSE    DSE    .     .     .     .    .   .   .   .
unmerge     das   holder yes  .   .      .      .      .      .     .     .     .    .   DS  .   .
scatter     das   holder yes  DS  DS     DS     DS     DS     DS    DS    DS    .    .   .   .   .
link        das   holder yes  DSE DSE    DSE    DSE    DSE    DSE   DSE   DSE   DSE  DSE DSE .   .
unlink      das   holder yes  DS  DS     DS     DS     DS     DS    DS    DS    DS   DS  DS  .   .
repin       das   holder yes  SL  SL     SL     SL     SL     SL    SL    SL    .    .   SL  .   .
ring        das   holder yes  E   E      E      E      E      E     E     E     E    E   E   .   .
join        das   holder yes  E   E      E      E      E      E     E     E     E    E   E   E   E
leave       das   holder yes  E   E      E      E      E      E     E     E     E    E   E   E   E
follow      das   holder yes  E   E      E      E      E      E     E     E     E    E   E   E   E
pass_on     das   holder yes E   E      E      E      E      E     E     E     E    E   E   .   .
stay_merged das holder yes E   E      E      E      E      E     E     E     E    E   E   E   E
tell_meeting das holder yes E   E      E      E      E      E     E     E     E    E   E   E   E
keep_notice das   holder yes E   E      E      E      E      E     E     E     E    E   E   E   E
confirm_reservation das holder yes E E E E E E E E E E E E E
yield_reservation das holder yes E E E E E E E E E E E E E
"""
HEADER, *ROWS = (line.split() for line in TABLE.strip().splitlines())
STAGES = {stage.value[:3]: stage for stage in Stage}
CREW = (Role.HANDLER, Role.AUXILIARY, Role.UNIT_HEAD)


@dataclass(frozen=True, slots=True)
class Row:
    """What the table says of one command."""

    tiers: frozenset[Tier]
    whose: str
    at_rest: bool
    roles: dict[Stage, set[Role]]

    def expected(self, stage: Stage, role: Role, tier: Tier) -> Refusal | None:
        if not self.roles[stage]:
            return Refusal.WRONG_STAGE
        if role not in self.roles[stage]:
            return Refusal.WRONG_ROLE
        return None if tier in self.tiers else Refusal.WRONG_TIER


def _roles(cell: str) -> set[Role]:
    if cell == "*":
        return set(Role) - {Role.ENGINE, Role.OUTSIDE, *OVERSEERS}
    return {LETTERS[letter] for letter in cell if letter != "."}


PROMISED: dict[str, Row] = {
    kind: Row(
        frozenset(tier for tier in Tier if tier.value[0] in tiers),
        whose,
        rest == "yes",
        {STAGES[s]: _roles(cell) for s, cell in zip(HEADER[3:], cells, strict=True)},
    )
    for kind, tiers, whose, rest, *cells in ROWS
}
PLACES = sorted(product(PROMISED, Stage))
_WITHOUT_HOLDER = frozenset({Stage.RECEIVED, Stage.TRIAGED, Stage.REFUSED})
OF_THE_CREW = [
    (kind, stage)
    for kind, stage in PLACES
    if PROMISED[kind].roles[stage] & set(CREW) and stage not in _WITHOUT_HOLDER
]


@cache
def brought_to(stage: Stage, tier: Tier) -> Case:
    return case_at(stage, tier=tier)


def refusals(decision: Decision) -> list[Refusal]:
    facts = (event.fact for event in decision.events)
    return [fact.refusal for fact in facts if isinstance(fact, CommandRefused)]


def says_no(case: Case, kind: str, role: Role, unit: str | None = None) -> Refusal | None:
    """What the table in the program says, before any rule of the case."""
    actor = ACTORS[role] if unit is None else replace(ACTORS[role], unit=unit)
    found = forbidden(case, Command("try", actor, USUAL[kind][0], LOOKUP))
    return found[0] if found else None


@pytest.mark.parametrize(("kind", "stage"), PLACES)
def test_outside_the_table_a_command_is_refused_and_journaled_and_changes_nothing(
    kind: str, stage: Stage
) -> None:
    for role, tier in product(Role, Tier):
        no = PROMISED[kind].expected(stage, role, tier)
        if no is None:
            continue
        case = brought_to(stage, tier)
        decision = give(case, kind, OPENED, by=ACTORS[role])
        [event] = decision.events
        if role in CREW and "squad" not in parties(case):  # the unit of these people
            no = Refusal.NOT_READABLE
        elif kind == "open":
            no = Refusal.ALREADY_OPEN

        assert [no] == refusals(decision)
        assert case.seq + 1 == event.seq
        assert ACTORS[role] == event.actor
        assert kind == event.command
        assert case == replace(decision.case, seq=case.seq, answered=case.answered)


@pytest.mark.parametrize(("kind", "stage"), PLACES)
def test_inside_the_table_no_command_is_refused_for_its_stage_role_or_tier(
    kind: str, stage: Stage
) -> None:
    for role, tier in product(Role, Tier):
        if PROMISED[kind].expected(stage, role, tier) is None:
            case = brought_to(stage, tier)
            held = case.holder is not None or role not in CREW
            nobodys = PROMISED[kind].whose == "holder" and not held

            assert says_no(case, kind, role) is (Refusal.NOT_THE_HOLDER if nobodys else None)


@pytest.mark.parametrize(("kind", "stage"), OF_THE_CREW)
def test_whoever_handles_does_so_only_for_the_unit_that_the_table_says(
    kind: str, stage: Stage
) -> None:
    row = PROMISED[kind]
    no = Refusal.NOT_THE_HOLDER if row.whose == "holder" else None
    for role, tier in product(row.roles[stage] & set(CREW), row.tiers):
        case = brought_to(stage, tier)

        assert says_no(case, kind, role, "squad") is None
        assert says_no(case, kind, role, "water") is no


@pytest.mark.parametrize("stage", [Stage.DISPATCHED, Stage.SIGNED, Stage.IN_PROGRESS])
@pytest.mark.parametrize("kind", PROMISED)
def test_while_it_is_suspended_a_case_takes_only_what_the_table_says(
    kind: str, stage: Stage
) -> None:
    row = PROMISED[kind]
    for role, tier in product(row.roles[stage], row.tiers):
        case = give(brought_to(stage, tier), "suspend", OPENED).case

        assert says_no(case, kind, role) is (None if row.at_rest else Refusal.SUSPENDED)


def test_the_table_speaks_of_every_command_and_every_stage() -> None:
    promised = set(PROMISED)
    assert set(USUAL) == promised, "add a row to TABLE here, and a usual form to tests/acts.py"
    assert set(PERMISSIONS) | {"open"} == promised, "add a row to domain/case/permissions.py"
    assert [stage.value[:3] for stage in Stage] == HEADER[3:]
    assert len(STAGES) == len(Stage)
    assert set(Role) == set(LETTERS.values())


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("stage", [stage for stage in Stage if not stage.is_final])
def test_in_every_open_stage_there_is_a_command_that_leads_on(stage: Stage, tier: Tier) -> None:
    case = brought_to(stage, tier)
    if (stage, tier) == (Stage.RESOLVED, Tier.SUPERVISE):
        case = give(case, "verify", OPENED).case  # the second of two signatures leads on
    onward = {
        give(case, kind, OPENED, by=ACTORS[role], id_="on").case.stage
        for kind, row in PROMISED.items()
        for role in row.roles[stage]
        if kind != "withdraw"
    }
    onward.add(give(case, "ring", OPENED + hours(24 * 400)).case.stage)

    assert onward - {stage}
