"""The parts of which a life is made, one by one and without any server."""

import statistics
import time
from collections.abc import Callable, Iterator

from bench.tables import Spread
from bench.town import complaints, filed, messages, plan_of, town
from consumers.decoding import complaint_events as events
from domain.case.commands import ENGINE, Command, Lookup
from domain.case.decide import Decision, decide
from domain.case.evolve import evolve
from domain.case.registration.acts import Open
from domain.case.summaries import summarize
from domain.complaints import Complaint
from domain.planning.plans import CasePlan
from runtime.clock import utc_now
from runtime.jobs.publish import STRUCTURED
from schemas.case import CaseInput
from schemas.commands import CommandMessage
from schemas.intake import Position, Record
from schemas.journal import batch_of, event_of
from workflows.current_details import details

REPEATS = 7
PER_REPEAT_S = 0.2

Part = tuple[str, Spread, str]


def parts() -> Iterator[Part]:
    complaint = complaints("micro", 1)[0]
    yield from _intake(complaint)
    yield from _life(plan_of(complaint))


def _intake(complaint: Complaint) -> Iterator[Part]:
    value, now = filed(complaint), utc_now()
    record = Record(Position("bench", "micro", "", 0, 0), b"key", value, STRUCTURED)
    yield _timed(f"read a CloudEvent of {len(value)} bytes", lambda: events.read(record, now=now))
    yield _timed("plan a complaint", lambda: plan_of(complaint))


def _life(plan: CasePlan) -> Iterator[Part]:
    size = len(CaseInput(plan=plan).model_dump_json())
    yield _timed(f"encode a plan of {size} bytes", lambda: CaseInput(plan=plan).model_dump_json())
    text = CaseInput(plan=plan).model_dump_json()
    yield _timed("decode a plan", lambda: CaseInput.model_validate_json(text))
    now = utc_now()
    opening = Command("open", ENGINE, Open(plan=plan))
    yield _timed("decide: open", lambda: decide(None, opening, now))
    opened = decide(None, opening, now)
    yield from _keeping("open", opened)
    before = opened
    for message in messages(plan.case_id):
        yield _deciding(before, message)
        before = decide(before.case, message.to_domain(Lookup()), now)
        yield from _keeping(message.act.kind, before)


def _deciding(before: Decision, message: CommandMessage) -> Part:
    now = utc_now()
    return _timed(
        f"decide and evolve: {message.act.kind}",
        lambda: decide(before.case, message.to_domain(Lookup()), now),
    )


def _keeping(what: str, decision: Decision) -> Iterator[Part]:
    case, summary = decision.case, summarize(decision.case)
    yield _timed(f"summarize after {what}", lambda: summarize(case))
    yield _timed(f"current details after {what}", lambda: details(case, summary))
    batch = batch_of(case, decision.events, summary)
    rows = f"{len(batch.bodies)} journal row(s), {sum(map(len, batch.bodies))} characters"
    yield _timed(f"encode {rows}", lambda: batch_of(case, decision.events, summary))
    if what == "open":
        bodies = [body.encode() for body in batch.bodies]
        yield _timed(f"decode and fold {rows}", lambda: _folded(bodies))


def _folded(bodies: list[bytes]) -> None:
    case = None
    for body in bodies:
        case = evolve(case, event_of(body))


def _timed(what: str, work: Callable[[], object]) -> Part:
    """Microseconds a call: the median, the least and the most of some repeats."""
    begun = time.perf_counter()
    work()
    once = max(time.perf_counter() - begun, 1e-6)
    calls = max(1, int(PER_REPEAT_S / REPEATS / once))
    found = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        for _ in range(calls):
            work()
        found.append(1e6 * (time.perf_counter() - begun) / calls)
    return what, Spread(statistics.median(found), min(found), max(found)), "us"


if __name__ == "__main__":
    print(town().hash)
    for part, spread, unit in parts():
        print(f"{part:60} {spread.text(0)} {unit}")
