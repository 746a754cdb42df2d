"""docs/CLOCKS.md: the clocks of a case."""

from domain.sla.case_clocks import CASE_CLOCKS
from domain.sla.clock_rows import CaseClock
from domain.sla.explanations import hours
from tools.pages.markdown import code, page, table

INTRODUCTION = """
How long each clock may take is said in `levels.yaml` of a policy pack, by tier and urgency, with
the ladder that it climbs. A part of a case has one more clock, which has the name of the part
(`task-2`) and its time from `parts.yaml`. All clocks of a case stop when it ends; only that of a
penalty goes on.

How a limit is counted stands at the limit, and is the same whatever channel the complaint came by:

| written | measure | until |
| --- | --- | --- |
| `4wh`, or `4h` | `working` | so many hours of the calendar are used up |
| `2h` with `measure: continuous` | `continuous` | so many hours have passed, by day and by night |
| `7nd` | `continuous` | so many days of 24 hours have passed |
| `4h` with `measure: calling` | `calling` | so many hours from 08:00 to 20:00 have passed |
| `2wd` | `working_days` | the same hour of the second working day after |
| `2wd` with `measure: end_of_day` | `end_of_day` | the second working day after ends |

A half working day is one working day, and so is a day of seven and a half hours. What begins
outside the office day (from the earliest opening to the latest closing of the plain week), or on a
day off, is due when the office day of the n-th working day ends: with `1wd`, what begins on
Saturday is due on Monday at 18:00. In a zone where an hour comes twice (the end of summer time), a
deadline in it is the first of the two, and what begins in it the second time is due at its end; of
an hour that is left out, the deadline is the moment of the change. A pause keeps the working hours
that were left until the deadline, and after it these hours are counted. Where a ladder, an
extension or another rule names hours, 8 of them are one of these working days.

While a return or a ruling waits for its answer, the clocks of the unit stand still, but `safe`
(rules 3): a danger waits for no answer. Where a person refuses it, that pause does not count (rules
3): each deadline is what it was, and what has passed meanwhile is missed at its moment. So it is
where the unit takes the return back (`retract`). Where no person answers in time, it counts. A unit
that gets its case back, from the platform, by a ruling, or after a raise, does what it had left to
do (`sign`, `first` ...) by the time that it had left; what it had done, it does again with the time
for it. Another unit begins with its full time, under the limits that held before (rules 3): no
triage, and no raise of the platform, makes them longer; but of `safe` it has what the unit before
had left, unless that was missed. Where a unit itself has raised the case, the next one has also of
`holder` what was left. The leading group's office may give more, with a reason.

If the calendar is revised (other holidays, by a policy that a person puts the case under), every
deadline is computed again, and what has fired by then stays as it is: no rung fires again, and what
was missed stays missed and late, with a row `deadline_moved` that says where the deadline is now.
A unit that this is unfair to asks for an exemption. Two things overtake a miss: a longer limit, as
far as it reaches by the calendar of before; and days that were published since, where the deadline
was provisional, that is, where it counted days whose holidays were not published. What was recorded
stays recorded, `sanban report` says how many misses were overtaken and by what, and no person
overtakes a miss of their own unit: a case with one is put under a policy by a leader.
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
