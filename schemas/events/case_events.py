"""The event about a case: the `data` of a CloudEvent on sanban.case-events.

The topic has many readers. So it has no free text, which may name people; no person; nothing that
was said by or about a citizen; and nothing about how those responsible are supervised, inquired
into or weighed. The row of each fact (domain/case/events.py) says which of its fields go out.

All kinds have one CloudEvents type, because readers follow cases, and the order of a case's events
does not depend on their kind. The field `kind` tells them apart.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, WithJsonSchema

from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved, RungReached
from domain.case.events import FACTS, Event, Fact
from domain.case.part_types import PARTS_TOLD
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.registration.facts import Received, Triaged
from domain.case.state import Outline
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.policy.standards import Standard
from domain.sla.case_clocks import CLOCKS
from domain.vocabulary import Callback, OutsideMandate, Stage, Tier, Urgency
from schemas.base import Message, in_words
from schemas.events.cloud_events import StructuredEvent, Word, of_type
from schemas.texts import Absent, WrittenInstant

CASE_EVENT = "org.sanban.case.event.v1"
"""CloudEvents `type` of what happened to a case."""
SOURCE = "urn:sanban:cases"

PUBLISHED_FIELDS: Mapping[type[Fact], tuple[str, ...]] = {
    fact: row.told for fact, row in FACTS.items() if row.told is not None
}
"""The published facts, each with its published fields. `case_event_of` adds urgency and category of
the plan, and leaves out parts and clocks that are not for outsiders."""

PUBLISHED_CLOCKS = frozenset(CLOCKS)
"""The clocks of the case itself. A part's clock has the part's name, which may be withheld."""

KINDS = tuple(fact.__dataclass_fields__["kind"].default for fact in PUBLISHED_FIELDS)

Kind = Annotated[str, WithJsonSchema({"enum": [*KINDS], "type": "string"})]
Clock = Annotated[str, WithJsonSchema({"enum": [*CLOCKS], "type": "string"})]
PublishedPart = Annotated[
    PartKind, WithJsonSchema({"enum": [k for k in PartKind if k in PARTS_TOLD], "type": "string"})
]
_UNIT = "unit of the policy, by id"


class CaseEvent(Message):
    """Something that happened to a case, version 1. Later releases may add fields and kinds.

    `stage`, `tier` and `holder` are as they are after it.
    """

    model_config = ConfigDict(field_title_generator=in_words)

    schema_version: Literal[1] = Field(1, description="Version of this schema.", examples=[1])
    tenant: str = Field(description="The town whose case it is.", examples=["youchegang"])
    case: str = Field(description="The number of the case.", examples=["7kq2m-9xa4t-bnc2w"])
    seq: int = Field(
        ge=1,
        description="The row of the case's journal. It grows within a case; numbers are left out, "
        "because not every row is for outsiders. What is not above the last one was told before.",
        examples=[3],
    )
    at: WrittenInstant = Field(
        description="When it happened.", examples=["2026-11-24T01:30:00.123456Z"]
    )
    kind: Kind = Field(
        description="What happened. Pass over a kind that you do not know: it still says where "
        "the case stands.",
        examples=["dispatched"],
    )
    stage: Stage = Field(description="Where in its life the case now is.", examples=["dispatched"])
    tier: Tier = Field(description="How deep it is handled now.", examples=["assign"])
    holder: str | Absent = Field(
        None,
        description=f"Who has it now: a {_UNIT}. Absent when nobody has.",
        examples=["hetang-village"],
    )
    urgency: Urgency | Absent = Field(
        None, description="received: how soon somebody must act.", examples=["normal"]
    )
    category: str | Absent = Field(
        None,
        description="received: what it is about, by the policy's code; absent when unknown. "
        "follow_on_opened: what the case that follows is about.",
        examples=["garbage"],
    )
    standard: str | Absent = Field(
        None,
        description="received, triaged, standard_chosen: under which standard of its category it "
        "is filed, by the policy's code; absent where the category has none.",
        examples=["missing"],
    )
    close: str | Absent = Field(
        None,
        description="resolved: which result of its standard the holder reports; absent where the "
        "standard lists none.",
        examples=["restored"],
    )
    unit: str | Absent = Field(
        None,
        description=f"dispatched: who gets it. returned: who gives it back. A {_UNIT}.",
        examples=["hetang-village"],
    )
    dissatisfied: bool | Absent = Field(
        None,
        description="reworked: true where the citizen was rightly not satisfied.",
        examples=[True],
    )
    callback: Callback | Absent = Field(
        None,
        description="closed, called_back: what came of asking the citizen. Absent when nobody "
        "was asked.",
        examples=["satisfied"],
    )
    solved: bool | Absent = Field(
        None, description="closed: whether the citizen says it is solved.", examples=[True]
    )
    until: WrittenInstant | Absent = Field(
        None,
        description="suspended: until when it rests.",
        examples=["2026-12-01T09:00:00Z"],
    )
    clock: Clock | Absent = Field(
        None,
        description="deadline_missed, deadline_moved, rung_reached: which clock.",
        examples=["holder"],
    )
    due_at: WrittenInstant | Absent = Field(
        None,
        description="deadline_missed: the deadline that passed. deadline_moved: the one that "
        "holds now, because it was moved. deadline_changed: the superior's new date.",
        examples=["2026-11-25T01:30:00Z"],
    )
    missed: bool | Absent = Field(
        None,
        description="deadline_moved: true where the deadline before had been missed, and counts no "
        "more. Otherwise what was missed stays missed.",
        examples=[True],
    )
    provisional: bool | Absent = Field(
        None,
        description="deadline_missed, deadline_moved: true where due_at counts working days of a "
        "year whose holidays are not published in the calendar of the case. Absent where not.",
        examples=[True],
    )
    level: int | Absent = Field(
        None, description="rung_reached: how far it has escalated, 1 to 6.", examples=[2]
    )
    part: str | Absent = Field(
        None,
        description="part_opened, part_moved: the part of the case, by a name of its own.",
        examples=["task-1"],
    )
    what: PublishedPart | Absent = Field(
        None, description="part_opened: which kind of part.", examples=["task"]
    )
    units: tuple[str, ...] | Absent = Field(
        None,
        description="part_opened: the units that are asked, by id; absent when none is.",
        examples=[["hetang-village"]],
    )
    to: PartState | Absent = Field(
        None, description="part_moved: where the part now stands.", examples=["done"]
    )
    amount: timedelta | Absent = Field(
        None,
        description="extended: by how much, of the holder's own measure.",
        examples=["PT4H"],
    )
    awaits: bool | Absent = Field(
        None,
        description="reported_up: whether the superior must now write it off.",
        examples=[True],
    )
    because: OutsideMandate | Absent = Field(
        None, description="not_accepted: why, from a closed list.", examples=["statutory_channel"]
    )
    into: str | Absent = Field(
        None,
        description="merged, unmerged: the case whose way it goes, or went.",
        examples=["3dnh8-0vq5e-zk71m"],
    )
    follow_on: str | Absent = Field(
        None,
        description="follow_on_opened: the case that this one leads to.",
        examples=["3dnh8-0vq5e-zk71m"],
    )
    origin: str | Absent = Field(
        None,
        description="received: the case whose work led to this one.",
        examples=["7kq2m-9xa4t-bnc2w"],
    )


class CaseEventEnvelope(StructuredEvent):
    """What happened to a case as one JSON object: the value of a record on sanban.case-events."""

    id: str = Field(
        pattern="^[^/]+/[1-9][0-9]*$",
        description="The case and its row, CASE/SEQ. The same event sent twice has the same id, "
        "and the same bytes.",
        examples=["7kq2m-9xa4t-bnc2w/3"],
    )
    source: str = Field(description="Sanban's cases.", examples=[SOURCE])
    type: Annotated[str, *of_type(CASE_EVENT)]
    subject: Word = Field(description="The number of the case.", examples=["7kq2m-9xa4t-bnc2w"])
    time: WrittenInstant = Field(
        description="As data.at.", examples=["2026-11-24T01:30:00.123456Z"]
    )
    data: CaseEvent = Field(title="Data", description="What happened, and where the case stands.")


def case_event_of(case_id: str, event: Event, after: Outline) -> CaseEvent | None:
    """Return the event for outsiders, or None if it is not for them.

    `after` is the outline of the case with the event already applied.
    """
    fact = event.fact
    names = PUBLISHED_FIELDS.get(type(fact))
    if names is None or not _is_for_outsiders(fact, after):
        return None
    given: dict[str, Any] = {name: getattr(fact, name) for name in names}
    match fact:
        case Received(plan=plan):
            given |= {"urgency": plan.urgency, "category": plan.category, "origin": plan.origin}
            given["standard"] = plan.standard.id if plan.standard else None
        case Triaged(plan=CasePlan(standard=Standard(id=standard))):
            given["standard"] = standard
        case PartOpened(units=units):
            given["units"] = units or None
    return CaseEvent(
        tenant=after.tenant,
        case=case_id,
        seq=event.seq,
        at=event.at,
        kind=fact.kind,
        stage=after.stage,
        tier=after.tier,
        holder=after.holder,
        **given,
    )


def _is_for_outsiders(fact: Fact, after: Outline) -> bool:
    match fact:
        case PartOpened(what=what):
            return what in PARTS_TOLD
        case PartMoved(part=part):
            return after.kind_of(part) in PARTS_TOLD
        case DeadlineMissed(of=str()):
            return False  # the case in which the promise was made says so
        case DeadlineMissed(clock=clock) | DeadlineMoved(clock=clock) | RungReached(clock=clock):
            return clock in PUBLISHED_CLOCKS
    return True


def id_of(case_id: str, seq: int) -> str:
    return f"{case_id}/{seq}"


def value_of(published: CaseEvent) -> bytes:
    """Return the whole CloudEvent, always the same bytes for the same event."""
    data = published.model_dump(mode="json", exclude_none=True)
    event = {
        "specversion": "1.0",
        "type": CASE_EVENT,
        "source": SOURCE,
        "id": id_of(published.case, published.seq),
        "subject": published.case,
        "time": data["at"],
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
