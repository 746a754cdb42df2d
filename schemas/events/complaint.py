"""The model of a new complaint: the `data` of a CloudEvent on sanban.complaints."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    StringConstraints,
)

from domain.complaints import (
    Arrival,
    Complaint,
    SuperiorOrder,
    UnverifiedFile,
)
from domain.vocabulary import Channel, Flag, Supervision, Urgency
from schemas.base import Published
from schemas.events.attachments import AttachmentData, UnverifiedFileData
from schemas.events.places import PlaceData
from schemas.texts import Code, Instant, Name, Prose, Short, Tenant, Text, Told

FILED = "org.sanban.complaint.filed.v1"
"""CloudEvents `type` of a new complaint."""


def _a_number(said: object) -> object:
    # true is 1 to Python.
    match said:
        case "1":
            raise ValueError(f'must be the number {KNOWN_VERSION}, not the text "1"')
        case str() | bool():
            raise ValueError(f"must be the number {KNOWN_VERSION}")
        case _:
            return said


KNOWN_VERSION = 1
"""The version of the schemas of inbound events that this release reads."""
SchemaVersion = Annotated[Literal[1], BeforeValidator(_a_number)]


class ReporterData(Published):
    """Personal data: goes to the store only, never into the journal, a topic or Temporal."""

    name: Annotated[Text, StringConstraints(max_length=100)] = Field(
        "",
        description="What the citizen is called; empty for an anonymous one.",
        examples=["沈女士"],
    )
    phone: Annotated[Text, StringConstraints(max_length=100)] = Field(
        "",
        description="Where to call back, as the citizen says it: also with an extension, or with "
        "more than one number. The first number is the one by which the person is found again.",
        examples=["0573-80000000"],
    )
    confidential: bool = Field(
        default=False,
        description="The unit that handles the case must not learn who reported it.",
        examples=[True],
    )
    reply_wanted: bool = Field(
        default=True,
        description="Whether the citizen wants to be asked (回访) before the case closes.",
        examples=[True],
    )


class SuperiorData(Published):
    """The order by which a superior office assigned the matter."""

    number: Name = Field(description="The order's number.", examples=["省督2026-001"])
    issuer: Name = Field(
        description="The office that issued it. If a unit of the town is called so (its id or name "
        "in units.yaml) and has a superior, only that one, or the deputy, writes the case off.",
        examples=["省自然资源厅"],
    )
    due_at: Instant | None = Field(
        None,
        description="The superior's deadline: no clock of the case is due later.",
        examples=["2026-12-31T18:00:00+08:00"],
    )
    supervised: bool = Field(
        default=False,
        description="Whether the superior supervises it (督办, 挂牌): then it is handled in the "
        "tier supervise from the start, if the policy says so (the shipped one does).",
        examples=[True],
    )
    level: Supervision | None = Field(
        None,
        description="Of which level the issuer is. The town supervises the case at this level, and "
        "at no lower one.",
        examples=["province"],
    )


class SettledData(Published):
    """Dealt with on the spot before it was reported; the attachments are the evidence."""

    result: Annotated[Told, StringConstraints(max_length=2000)] = Field(
        description="What was done.", examples=["巡查员当场清理"]
    )
    close: Name | None = Field(
        None,
        description="Which result of its standard it is; without one the case goes to its unit.",
        examples=["restored"],
    )


class SuspendedData(Published):
    """Already resting at the source, until a stated moment."""

    reason: Short = Field(description="Why it rests.", examples=["等待定制井座到货"])
    until: Instant = Field(
        description="When its clocks go on. A moment that has passed already suspends nothing.",
        examples=["2027-03-01T09:00:00+08:00"],
    )


class ComplaintFiled(Published):
    """A new complaint, version 1."""

    schema_version: SchemaVersion = Field(description="Version of this schema.", examples=[1])
    tenant: Tenant = Field(
        description="Which town or hotline it is for: the tenant of a policy pack in service.",
        examples=["youchegang"],
    )
    complaint_id: Name = Field(
        description="The source's own number for this complaint: what its people look for.",
        examples=["2026-000731"],
    )
    channel: Channel = Field(description="By which way it came.", examples=["hotline"])
    reported_at: Instant = Field(
        description="When the citizen reported it: RFC 3339 with seconds and an offset. At most a "
        "day ahead of the engine's clock, and at most two years (732 days) before the record.",
        examples=["2026-11-24T09:12:00+08:00"],
    )
    text: Prose = Field(
        description="What is the matter, in the reporter's words and without personal data. "
        "White space at its ends is dropped.",
        examples=["荷塘村三组路口垃圾桶满溢，已有两天无人清运"],
    )
    category: Code | None = Field(
        None,
        description="Code from the responsibility list (权责清单), if known, or the code that the "
        "list says this source has for it. Without one the "
        "platform sorts the case by hand; with one that the list does not have it goes to the "
        "leading group's office.",
        examples=["garbage"],
    )
    standard: Code | None = Field(
        None,
        description="Under which standard (立案结案标准) of its category it is to be filed, if "
        "known: a code of the responsibility list. Without one, or with one that the category does "
        "not have, the default of the category holds, else its strictest, until a person chooses.",
        examples=["missing"],
    )
    part_number: Code | None = Field(
        None,
        description="The number of the city part (部件编码) that it is about: a lamp, a manhole "
        "cover. Where the inventory of the town has it, it says the class of a complaint without a "
        "category, the grid of a place without one, and the owner (权属单位), who leads where the "
        "responsibility list says so.",
        examples=["3304110103000731"],
    )
    urgency: Urgency | None = Field(
        None,
        description="How urgent the source says it is. It can raise the urgency that the town has "
        "set for the category and the channel, and never lowers it.",
        examples=["normal"],
    )
    place: PlaceData = Field(
        PlaceData(),
        title="Place",
        description="Where it is.",
        examples=[{"address": "荷塘村三组路口", "grid": "G01"}],
    )
    reporter: ReporterData | None = Field(
        None,
        description="Who reported it. Without one nobody is called back.",
        examples=[{"name": "沈女士", "phone": "0573-80000000"}],
    )
    superior: SuperiorData | None = Field(
        None,
        description="For channel superior: the order behind it.",
        examples=[{"number": "省督2026-001", "issuer": "省自然资源厅", "supervised": True}],
    )
    attachments: Annotated[tuple[AttachmentData, ...], Field(max_length=20)] = Field(
        (),
        description="Pictures, recordings, documents; by reference, never inside the event.",
        examples=[[]],
    )
    unverified: Annotated[tuple[UnverifiedFileData, ...], Field(max_length=20)] = Field(
        (),
        description="Files of which the source has no digest. People see the address, marked as "
        "unverified; no rule counts it as a file or as evidence.",
        examples=[[{"uri": "https://photos.example/731-1.jpg"}]],
    )
    settled: SettledData | None = Field(
        None,
        description="Given when it was dealt with on the spot (举手之劳). What a patrol reports "
        "closes in tier direct as soon as it has a category, if no reporter wants a reply and the "
        "attachments have a picture before and one after, or as many as a result of it needs; so "
        "does a question. All else goes to its unit, with the reason in a row of the case; so does "
        "a text with a word of hurry.",
        examples=[{"result": "巡查员当场清理"}],
    )
    suspended: SuspendedData | None = Field(
        None,
        description="Given when it rests already (挂账): the town is asked to let it rest, and an "
        "order of a superior's own system begins suspended. What is urgent goes on.",
        examples=[{"reason": "等待定制井座到货", "until": "2027-03-01T09:00:00+08:00"}],
    )

    flags: Annotated[tuple[Flag, ...], Field(max_length=2)] = Field(
        (),
        description="What the source knows of it: a group may gather over it (stability_risk, "
        "群体性), or it is left over from earlier years (history, 历史遗留).",
        examples=[["stability_risk"]],
    )
    reporters: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None,
        description="How many people report it together, if it is more than one.",
        examples=[12],
    )
    since: Instant | None = Field(
        None,
        description="Since when the matter has been so, if that was said.",
        examples=["2019-06-01T00:00:00+08:00"],
    )

    def to_domain(self, source: str, event_id: str) -> Complaint:
        return Complaint(
            tenant=self.tenant,
            source=source,
            event_id=event_id,
            complaint_id=self.complaint_id,
            channel=self.channel,
            reported_at=self.reported_at.astimezone(UTC),
            text=self.text,
            category=self.category,
            standard=self.standard,
            part_number=self.part_number,
            urgency=self.urgency,
            place=self.place.to_domain(),
            reply_wanted=self.reporter is not None and self.reporter.reply_wanted,
            superior=SuperiorOrder(**dict(self.superior)) if self.superior else None,
            evidence=tuple(each.to_domain() for each in self.attachments),
            flags=tuple(dict.fromkeys(self.flags)) or None,
            reporters=self.reporters,
            since=self.since.astimezone(UTC) if self.since else None,
            unverified=tuple(UnverifiedFile(each.uri) for each in self.unverified) or None,
            standing=Arrival(
                result=self.settled.result if self.settled else None,
                suspended_until=self.suspended.until if self.suspended else None,
                reason=self.suspended.reason if self.suspended else "",
                close=self.settled.close if self.settled else None,
            ),
        )


def latest_plausible(now: datetime) -> datetime:
    """Return the latest `reported_at` that intake accepts. A day ahead covers every time zone."""
    return now + timedelta(days=1)


def latest_deadline(now: datetime) -> datetime:
    """Return the latest date that an order may have, and the end of a suspension, as intake has it.

    As far as its issuer may move it later (domain/case/orders/decide.py).
    """
    return now + timedelta(days=3660)


def earliest_plausible(now: datetime) -> datetime:
    """Return the earliest `reported_at` that intake accepts; before it, the year is a slip.

    Two years: what was reported longer ago is filed with the day on which it was reported again.
    """
    return now - timedelta(days=2 * 366)
