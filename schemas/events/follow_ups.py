"""The models of follow-ups: what a source says about a complaint that it filed before.

Each is the `data` of a CloudEvent on sanban.complaints, with the key of its complaint.
"""

from abc import abstractmethod
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from typing_extensions import override

from domain.case.citizen.acts import Rate, Supplement
from domain.case.closing.acts import Withdraw
from domain.case.commands import HumanAct
from domain.vocabulary import Callback
from schemas.base import Published
from schemas.events.attachments import AttachmentData
from schemas.events.complaint import SchemaVersion
from schemas.texts import Name, Prose, Tenant, Text, Told

SUPPLEMENTED = "org.sanban.complaint.supplemented.v1"
WITHDRAWN = "org.sanban.complaint.withdrawn.v1"
RATED = "org.sanban.complaint.rated.v1"

Satisfaction = Literal["satisfied", "basically_satisfied", "unsatisfied"]


class FollowUp(Published):
    """The fields that all follow-ups have: they name the complaint."""

    schema_version: SchemaVersion = Field(description="Version of this schema.", examples=[1])
    tenant: Tenant = Field(
        description="Which town or hotline it is for: that of the complaint.",
        examples=["youchegang"],
    )
    complaint_id: Name = Field(
        description="The source's own number of the complaint, as it was filed by this source. Of "
        "several with this number, the latest. If it has not come yet, this event waits for it.",
        examples=["2026-000731"],
    )

    @abstractmethod
    def to_act(self) -> HumanAct:
        """Return the act that the case of the complaint is given."""


class ComplaintSupplemented(FollowUp):
    """More about a complaint, version 1: its case gets it, whatever becomes of it."""

    text: Prose = Field(
        description="What is new, without personal data. White space at its ends is dropped.",
        examples=["今天又多了两袋建筑垃圾"],
    )
    attachments: Annotated[tuple[AttachmentData, ...], Field(max_length=20)] = Field(
        (),
        description="Pictures, recordings, documents; by reference, never inside the event.",
        examples=[[]],
    )
    reminder: bool = Field(
        default=False,
        description="Nothing new, the citizen only asks where it stays (过程催办): whoever holds "
        "the case is urged.",
        examples=[True],
    )
    other_matter: bool = Field(
        default=False,
        description="The citizen says that this is another matter than that of the report it was "
        "merged with (并单异议): a person is asked, and without an answer the case is separated. "
        "Without effect while its case goes its own way.",
        examples=[False],
    )

    @override
    def to_act(self) -> Supplement:
        evidence = tuple(each.to_domain() for each in self.attachments)
        return Supplement(
            text=self.text,
            evidence=evidence,
            reminder=self.reminder,
            other_matter=True if self.other_matter else None,
        )


class ComplaintWithdrawn(FollowUp):
    """The citizen takes the complaint back, version 1: its case ends."""

    reason: Annotated[Told, StringConstraints(max_length=2000)] = Field(
        description="Why, in a sentence without personal data.", examples=["来电人称已自行解决"]
    )

    @override
    def to_act(self) -> Withdraw:
        return Withdraw(reason=self.reason)


class ComplaintRated(FollowUp):
    """How content the citizen is, version 1. Asked for at the callback, it is the answer to it."""

    satisfaction: Satisfaction = Field(
        description="How content the citizen is.", examples=["basically_satisfied"]
    )
    solved: bool | None = Field(
        None,
        description="Whether the matter is solved, which is another question.",
        examples=[True],
    )
    comment: Annotated[Text, StringConstraints(max_length=2000)] = Field(
        "",
        description="What else was said, without personal data. With `unsatisfied`: with what. "
        "Without that the word is kept, and the town asks before work is done again.",
        examples=["来得有点慢"],
    )

    @override
    def to_act(self) -> Rate:
        return Rate(callback=Callback(self.satisfaction), solved=self.solved, note=self.comment)
