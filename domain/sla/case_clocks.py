"""The clocks of a case, one row each. A part of a case has a clock of its own, named after it.

Policy files, policy checks, notices, case events and docs/CLOCKS.md read this table. A new clock is
a row here and the places in domain/case that start and stop it: CONTRIBUTING.md, "A new clock".
"""

from domain.sla import clock_rates
from domain.sla.clock_rows import Answerable, CaseClock

CITIZEN = "citizen"
ACCEPT = "accept"
SIGN = "sign"
FIRST = "first"
HOLDER = "holder"
VERIFY = "verify"
CALLBACK = "callback"
SUPERIOR = "superior"
DISPATCH = "dispatch"
APPOINT = "appoint"
MEETING = "meeting"
PLAN = "plan"
REPORT = "report"
SAFE = "safe"
STEP = "step"
CHOOSE = "choose"
OWNER = "owner"
ORDER = "order"


CASE_CLOCKS = (
    CaseClock(
        id=CITIZEN,
        chinese="答复群众",
        english="answer to the citizen",
        purpose="the promise to the citizen; it never restarts",
        starts="when the complaint was reported",
        stops="when the case ends",
        required=True,
        with_holder=True,
        rate=clock_rates.CLOSED,
    ),
    CaseClock(
        id=ACCEPT,
        chinese="受理",
        english="acceptance",
        purpose="the platform's time to triage, and to dispatch where `dispatch` has no limit",
        starts="when the case opens; without `dispatch` also when it comes back to the platform; "
        "after a refusal that was found wrong it goes on",
        stops="when a unit gets the case; with `dispatch` already when it is triaged",
        before_unit=True,
        required=True,
        duty=Answerable.PLATFORM,
        rate=clock_rates.ACCEPTED,
    ),
    CaseClock(
        id=SIGN,
        chinese="签收",
        english="signing",
        purpose="the holder's time to sign",
        starts="when a unit gets the case",
        stops="when the unit signs or returns the case",
        required=True,
        with_holder=True,
        within_holder=True,
        on_dispatch=True,
        rate=clock_rates.SIGNED,
    ),
    CaseClock(
        id=FIRST,
        chinese="首次响应",
        english="first response",
        purpose="the holder's time to respond",
        starts="when a unit gets the case",
        stops="when the unit reports that it talked to who reported, has called three times, or "
        "is on the spot (`progress response=`, or a file; any progress, where there is no one to "
        "call; rules 3), reports a result, or returns the case",
        required=True,
        with_holder=True,
        within_holder=True,
        on_dispatch=True,
        rate=clock_rates.RESPONDED,
    ),
    CaseClock(
        id=HOLDER,
        chinese="办理",
        english="handling",
        purpose="the holder's time to resolve",
        starts="when a unit gets the case; a unit that must keep its own return goes on",
        stops="when the case ends or its tier changes; it pauses, a superior's date included, "
        "while others look at what was done, unless an earlier result did not hold",
        required=True,
        with_holder=True,
        rate=clock_rates.HANDLED,
    ),
    CaseClock(
        id=VERIFY,
        chinese="核查",
        english="verification",
        purpose="the time to verify the result",
        starts="when the holder reports a result",
        stops="when the result is verified or sent back",
        required=True,
        duty=Answerable.PLATFORM,
        rate=clock_rates.VERIFIED,
    ),
    CaseClock(
        id=CALLBACK,
        chinese="回访",
        english="callback",
        purpose="the time to call the citizen back; hours by day and by night count from 08:00 to "
        "20:00 alone (rules 3)",
        starts="when the result is verified, if the citizen is to be asked",
        stops="when the citizen has answered, or the case goes back to the holder",
        required=True,
        duty=Answerable.PLATFORM,
    ),
    CaseClock(
        id=SUPERIOR,
        chinese="上级销号",
        english="writing off",
        purpose="the superior's time to write the case off, or to send it back",
        starts="when the case is reported to the superior that issued it",
        stops="when the superior writes it off or sends it back",
        duty=Answerable.SUPERIOR,
    ),
    CaseClock(
        id=DISPATCH,
        chinese="派遣",
        english="dispatch",
        purpose="the platform's time to hand over what it has triaged",
        starts="when the case is triaged, and whenever it comes back to the platform",
        stops="when a unit gets the case",
        duty=Answerable.PLATFORM,
        rate=clock_rates.DISPATCHED,
    ),
    CaseClock(
        id=APPOINT,
        chinese="督办指派",
        english="appointing",
        purpose="the office's time to appoint the lead and the members",
        starts="when a unit gets the case in a tier that has a limit for it",
        stops="when they are appointed, or the tier changes",
        duty=Answerable.OFFICE,
    ),
    CaseClock(
        id=MEETING,
        chinese="首次会商",
        english="first meeting",
        purpose="the time until the appointed units meet for the first time",
        starts="when the lead and the members are appointed",
        stops="when the hour of a conference has come, when a result is reported, or the tier "
        "changes",
        with_holder=True,
        duty=Answerable.OFFICE,
    ),
    CaseClock(
        id=PLAN,
        chinese="任务分解",
        english="planning",
        purpose="the time to divide the work after the first meeting",
        starts="when the first conference is held",
        stops="when each member has a task that is not optional (the lead, if there is no member), "
        "when the first action, interview, rectification, commitment, penalty or investigation "
        "follows, when a result is reported, or the tier changes",
        with_holder=True,
        duty=Answerable.OFFICE,
    ),
    CaseClock(
        id=REPORT,
        chinese="定期反馈",
        english="periodic report",
        purpose="how often the holder reports progress",
        starts="when a unit gets the case, and again with each report of progress",
        stops="when the unit reports a result, or returns the case",
        with_holder=True,
        within_holder=True,
        on_dispatch=True,
    ),
    CaseClock(
        id=SAFE,
        chinese="先期排险",
        english="making safe",
        purpose="the holder's time to put an end to the danger, before the matter is solved; it "
        "runs on while a return is asked for",
        starts="when a unit gets the case",
        stops="when the unit reports that it is safe, reports a result, or returns the case",
        with_holder=True,
        within_holder=True,
        on_dispatch=True,
    ),
    CaseClock(
        id=CHOOSE,
        chinese="选派",
        english="choosing",
        purpose="the platform's time to choose the unit that leads, in place of `dispatch`, where "
        "the responsibility list leaves it to the platform",
        starts="when such a case is triaged below supervise, and whenever it comes back to the "
        "platform",
        stops="when a unit gets the case",
        with_holder=True,
        duty=Answerable.PLATFORM,
        rate=clock_rates.DISPATCHED,
    ),
    CaseClock(
        id=ORDER,
        chinese="上级期限",
        english="the superior's date",
        purpose="the last stretch before the date of the superior that issued the case: its limit "
        "is how much working time before that date people are warned; it waits for nothing",
        starts="so long before the date, or when the case opens with less time left; once more "
        "when the superior sets another date",
        stops="when the case is reported to the superior, or ends",
    ),
    CaseClock(
        id=OWNER,
        chinese="查找权属",
        english="finding the owner",
        purpose="the platform's time to find out whose the thing is, in place of `dispatch`, where "
        "its owner leads and is unknown",
        starts="when such a case is triaged below supervise, and whenever it comes back to the "
        "platform",
        stops="when a unit gets the case",
        with_holder=True,
        duty=Answerable.PLATFORM,
        rate=clock_rates.DISPATCHED,
    ),
    CaseClock(
        id=STEP,
        chinese="分步处置",
        english="step of the work",
        purpose="the holder's time for the next step of a standard with steps, all but the last; a "
        "limit in levels.yaml is the most that any step has, and says the ladder (else as `first`)",
        starts="when a unit gets the case; the time of each step runs from then",
        stops="when the unit reports the last step but one, reports a result, or returns the case",
        with_holder=True,
        within_holder=True,
        on_dispatch=True,
    ),
)
"""In the order of service levels and contracts; hashes of packs depend on it, so append."""

CLOCKS = tuple(clock.id for clock in CASE_CLOCKS)

STEP_LADDER = FIRST
"""Where a level gives no limit for steps, their clock climbs the ladder of this one."""

PROMISES = frozenset({CITIZEN, HOLDER})
"""A case that misses one of these is late in the figures."""

OF_SUPERIOR = (SUPERIOR, ORDER)
"""Only what a superior issued has these."""
CAPPED = (CITIZEN, HOLDER, SUPERIOR)
"""None of these is due later than the date of the superior that issued the case."""
WHOLE_CASE = frozenset({CITIZEN, ORDER})
"""Who has the turn when one of these runs out is late: the platform, or the holder."""

DUTIES = {clock.id: clock.duty for clock in CASE_CLOCKS}
BEFORE_UNIT = tuple(clock.id for clock in CASE_CLOCKS if clock.before_unit)
BY_PLATFORM = (ACCEPT, DISPATCH, CHOOSE, OWNER)
"""They run while the platform has the case, one at a time."""
HOLDER_STEPS = tuple(clock.id for clock in CASE_CLOCKS if clock.within_holder)
FIRST_STEPS = tuple(clock.id for clock in CASE_CLOCKS if clock.within_holder and clock.required)
"""The holder begins the work with these. Each level has a limit for them."""
STEPS_OF_SUPERVISION = (APPOINT, MEETING, PLAN)
"""They end with the tier, also where its next one has such limits: it begins from the beginning."""
STEPS_ON_DISPATCH = tuple(
    clock.id for clock in CASE_CLOCKS if clock.within_holder and clock.on_dispatch
)
"""Dispatching starts them in this order, and a case keeps its clocks in that order."""
