"""Check that everybody was told everything, in order, and nothing else; one sentence for each
fault.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from domain.case.escalation.facts import RungReached
from domain.case.events import Event
from domain.case.evolve import evolve, fold
from domain.case.notices.acts import Failure
from domain.case.notices.facts import Notified, Undelivered
from domain.case.outlines import outline
from domain.case.state import Case, Outline
from domain.notifications.notices import Notice, notices
from schemas.events.case_events import case_event_of, id_of, value_of
from schemas.intake import Outcome
from tests.chaos.evidence import Evidence


def faults(evidence: Evidence) -> list[str]:
    return [
        *_of_case_events(evidence),
        *_of_receipts(evidence),
        *_of_letters(evidence),
        *_of_people(evidence),
        *unheard(evidence.journal, evidence.resting),
    ]


def _of_case_events(evidence: Evidence) -> Iterator[str]:
    """Check that outsiders got each row of a case in order; a repetition has the same bytes."""
    told: dict[str, dict[str, bytes]] = defaultdict(dict)
    for record in evidence.told:
        event = json.loads(record.value)
        case_id, id_ = event["data"]["case"], event["id"]
        if record.key != case_id.encode():
            yield f"{id_} was told under the key {record.key}"
        if told[case_id].setdefault(id_, record.value) != record.value:
            yield f"{id_} was told again in other words"
    for case_id in told.keys() - evidence.journal.keys():
        yield f"{case_id}: told, and not in the journal"
    for case_id in evidence.journal:
        wanted = dict(_for_outsiders(evidence, case_id))
        if list(told[case_id].items()) != list(wanted.items()):
            yield f"{case_id}: told {[*told[case_id]]}, and to be told were {[*wanted]}"


def _for_outsiders(evidence: Evidence, case_id: str) -> Iterator[tuple[str, bytes]]:
    after: Outline | None = None
    for event in evidence.journal[case_id]:
        after = outline(after, event)
        told = case_event_of(case_id, event, after)
        if told is not None:
            yield id_of(case_id, event.seq), value_of(told)


def _of_receipts(evidence: Evidence) -> Iterator[str]:
    """Check that each record has a receipt of its outcome, and at most one more from when it
    waited.
    """
    told: dict[object, set[str]] = defaultdict(set)
    for record in evidence.receipts:
        data = json.loads(record.value)["data"]
        told[data["topic"], data["partition"], data["offset"]].add(data["outcome"])
    for place, decision in evidence.decisions.items():
        outcomes = told.pop(place, set[str]())
        if outcomes - {Outcome.PARKED} != {decision.outcome}:
            yield (
                f"record {place} of {decision.event_id} ended {decision.outcome}, "
                f"and its receipts say {sorted(outcomes)}"
            )
    yield from (f"a receipt of {place}, which was never decided" for place in told)


def _of_letters(evidence: Evidence) -> Iterator[str]:
    """Check that each rejected record is a dead letter, unchanged, where the ledger says."""
    for place, decision in evidence.decisions.items():
        if decision.reason is None:
            continue
        where = decision.letter
        letter = (
            None
            if where is None
            else evidence.letters.get((where.topic, where.partition, where.offset))
        )
        if letter is None or letter.value != evidence.records[place].value:
            yield f"record {place} ended {decision.reason}, and its dead letter is not at {where}"


def _of_people(evidence: Evidence) -> Iterator[str]:
    """Check that a case hears once about each person of a rung, and about nobody else."""
    messages = set(evidence.messages)
    digests = any(id_.startswith("digest/") for id_ in messages)
    for case_id, events in evidence.journal.items():
        to_tell = {notice.id for notice in _notices(events)}
        heard = _heard(case_id, events)
        for id_, number in (heard + _dropped(case_id, events)).items():
            if number > 1 or id_ not in to_tell:
                yield f"{id_}: its case heard of it {number} times"
            if id_ in heard and id_ not in messages and not digests:
                yield f"{id_}: its case heard of it, and nobody was told"


def unheard(journal: Mapping[str, Sequence[Event]], resting: Collection[str]) -> list[str]:
    """Return the notices that an open case has not heard of and that do not rest.

    A case that ended while one waited hears that it was dropped.
    """
    return [
        f"{notice.id}: its case has not heard of it"
        for case_id, events in journal.items()
        if not fold(events).stage.is_final
        for notice in _notices(events)
        if notice.id not in _heard(case_id, events) | _dropped(case_id, events)
        and notice.id not in resting
    ]


def _notices(events: Sequence[Event]) -> Iterator[Notice]:
    case: Case | None = None
    for event in events:
        case = evolve(case, event)
        if isinstance(event.fact, RungReached):
            yield from notices(case, event)


def _heard(case_id: str, events: Sequence[Event]) -> Counter[str]:
    facts = [event.fact for event in events]
    return Counter(
        f"{case_id}/{fact.row}/{fact.person}" for fact in facts if isinstance(fact, Notified)
    )


def _dropped(case_id: str, events: Sequence[Event]) -> Counter[str]:
    return Counter(
        f"{case_id}/{event.fact.row}/{event.fact.person}"
        for event in events
        if isinstance(event.fact, Undelivered) and event.fact.because is Failure.CASE_ENDED
    )
