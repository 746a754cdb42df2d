"""docs/CLOCKS.md: the clocks of a case."""

from domain.sla.case_clocks import CASE_CLOCKS, CaseClock
from domain.sla.explanations import hours
from tools.pages.markdown import code, page, table

INTRODUCTION = """
How long each clock may take is said in `levels.yaml` of a policy pack, by tier and urgency, with
the ladder that it climbs. A part of a case has one more clock, which has the name of the part
(`task-2`) and its time from `parts.yaml`. All clocks of a case stop when it ends; only that of a
penalty goes on.
"""


def clocks_page() -> str:
    head = ("clock", "Chinese", "what it measures", "starts", "stops", "where a pack says nothing")
    rows = [
        (
            code(clock.id),
            clock.chinese,
            clock.purpose,
            clock.starts,
            clock.stops,
            _where_silent(clock),
        )
        for clock in CASE_CLOCKS
    ]
    return page("Clocks", "domain/sla/case_clocks.py", INTRODUCTION, table(head, rows))


def _where_silent(clock: CaseClock) -> str:
    if clock.required:
        return "the pack is refused"
    if clock.default is None:
        return "no such clock"
    ladder = f"the ladder of `{clock.default.ladder_of}`"
    return f"{hours(clock.default.budget)}, {clock.measure}, on {ladder}"
