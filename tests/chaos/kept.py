"""Check that no record, case, act or rung was lost or done twice; one sentence for each fault."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.events import CommandRefused, Event
from domain.case.evolve import evolve
from domain.case.state import Case
from domain.vocabulary import Role
from schemas.events.case_commands import command_id_of
from schemas.intake import TAKEN, Outcome, RecordDecision, RejectReason
from tests.chaos.evidence import Evidence
from tests.chaos.load import Load

Journal = Mapping[str, Sequence[Event]]


def faults(evidence: Evidence, load: Load) -> list[str]:
    by_command = _by_command(evidence.journal)
    return [
        *_of_the_broker(evidence, load),
        *_of_records(evidence),
        *_of_cases(evidence, load),
        *_of_answers(evidence, by_command),
        *_of_commands(by_command),
        *_of_what_came_by_event(evidence, load, by_command),
        *_of_lives(evidence),
    ]


def _of_the_broker(evidence: Evidence, load: Load) -> Iterator[str]:
    """Check what the others rely on: an acknowledged record is where the broker said."""
    for place, event in load.acknowledged.items():
        record = evidence.records.get(place)
        if record is None or record.value != event.value:
            yield f"the broker has lost {event.event_id}, which it acknowledged at {place}"


def _of_records(evidence: Evidence) -> Iterator[str]:
    """Check that each record has an outcome; the ledger's key makes a second one impossible."""
    sent, decided = evidence.records.keys(), evidence.decisions.keys()
    yield from (f"record {place} has no outcome" for place in sorted(sent - decided))
    yield from (f"record {place} was decided and never sent" for place in sorted(decided - sent))
    for place, decision in evidence.decisions.items():
        if decision.outcome is Outcome.PARKED:
            yield f"record {place} of {decision.event_id} still waits"


def _of_cases(evidence: Evidence, load: Load) -> Iterator[str]:
    """Check that every filed complaint is one case, and that there is no other case."""
    accepted = Counter(
        decision.case_id or ""
        for (topic, _, _), decision in evidence.decisions.items()
        if topic == load.town.topic and decision.outcome is Outcome.ACCEPTED
    )
    filed, journaled = load.filed.keys(), evidence.journal.keys()
    yield from (f"{case}: accepted {n} times" for case, n in accepted.items() if n > 1)
    yield from (f"{case}: filed and not accepted" for case in filed - accepted.keys())
    yield from (f"{case}: accepted and not filed" for case in accepted.keys() - filed)
    yield from (f"{case}: filed and not journaled" for case in filed - journaled)
    yield from (f"{case}: journaled and not filed" for case in journaled - filed)


def _of_answers(evidence: Evidence, by_command: Journal) -> Iterator[str]:
    """Check that each answer is in the journal where it says."""
    for command_id, answer in evidence.answers.items():
        rows = by_command.get(command_id, ())
        if not rows or rows[-1].seq != answer.seq or _is_refused(rows):
            yield f"{command_id}: answered row {answer.seq}, journaled in {_said(rows)}"
    for command_id, seq in evidence.refusals.items():
        rows = by_command.get(command_id, ())
        wanted = [] if seq is None else [seq]  # a case that is over writes no more
        if [row.seq for row in rows] != wanted or (wanted and not _is_refused(rows)):
            yield f"{command_id}: refused in row {seq}, journaled in {_said(rows)}"


def _of_commands(by_command: Journal) -> Iterator[str]:
    """Check that the rows of an act are adjacent and of one moment: it was done once."""
    for command_id, rows in by_command.items():
        together = rows[-1].seq - rows[0].seq == len(rows) - 1
        if not together or len({row.at for row in rows}) > 1:
            yield f"{command_id}: done more than once, in {_said(rows)}"


def _of_what_came_by_event(evidence: Evidence, load: Load, by_command: Journal) -> Iterator[str]:
    """Check that acts and later events are journaled if their outcome says so, and only then."""
    ends: dict[str, list[RecordDecision]] = defaultdict(list)
    for (topic, _, _), decision in evidence.decisions.items():
        filing = topic == load.town.topic and decision.outcome is Outcome.ACCEPTED
        if decision.source is not None and decision.event_id is not None and not filing:
            ends[command_id_of(decision.source, decision.event_id)].append(decision)
    for command_id, decisions in ends.items():
        rows = by_command.get(command_id, ())
        event_id = decisions[0].event_id
        done = any(decision.outcome in TAKEN for decision in decisions)
        refused = any(each.reason is RejectReason.COMMAND_REFUSED for each in decisions)
        if done and (not rows or _is_refused(rows)):
            yield f"{event_id}: was told to have had its effect, journaled in {_said(rows)}"
        if refused and not _is_refused(rows):
            yield f"{event_id}: was told to be refused, journaled in {_said(rows)}"
        if rows and not done and not refused:
            told = sorted({decision.code or decision.outcome for decision in decisions})
            yield f"{event_id}: journaled in {_said(rows)}, and told {told}"


def _of_lives(evidence: Evidence) -> Iterator[str]:
    """Check that no rung or deadline came twice; each case is over and shown as journaled."""
    for case_id, events in evidence.journal.items():
        case: Case | None = None
        for event in events:
            yield from _again(case, event)
            case = evolve(case, event)
        shown = evidence.stages.get(case_id)
        if case is None or case.stage != shown:
            yield f"{case_id}: {case and case.stage} in the journal, shown as {shown}"
        elif case.closed_at is None:
            yield f"{case_id}: left in stage {case.stage}"
    for case_id in evidence.stages.keys() - evidence.journal.keys():
        yield f"{case_id}: in the read model and not in the journal"


def _again(before: Case | None, event: Event) -> Iterator[str]:
    if before is None or not isinstance(event.fact, RungReached | DeadlineMissed):
        return
    clock = before.clock(event.fact.clock)
    where = f"{before.case_id} row {event.seq}: clock {event.fact.clock}"
    if clock is None or not clock.is_running:
        yield f"{where} does not run, and {event.fact.kind}"
    elif isinstance(event.fact, DeadlineMissed) and clock.missed:
        yield f"{where} was missed before"
    elif isinstance(event.fact, RungReached) and event.fact.rung in clock.fired:
        yield f"{where} had reached {event.fact.rung} before"


def _by_command(journal: Journal) -> dict[str, list[Event]]:
    """Group events by command id. The engine's ids are unique in a case only: add the case."""
    found: dict[str, list[Event]] = defaultdict(list)
    for case_id, events in journal.items():
        for event in events:
            engines = event.actor.role is Role.ENGINE
            found[f"{case_id} {event.command_id}" if engines else event.command_id].append(event)
    return found


def _is_refused(rows: Sequence[Event]) -> bool:
    return any(isinstance(row.fact, CommandRefused) for row in rows)


def _said(rows: Sequence[Event]) -> str:
    return ", ".join(f"row {row.seq} {row.fact.kind}" for row in rows) or "no row"
