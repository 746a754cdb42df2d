"""The registry of inbound event types: one row for each CloudEvents `type` that Sanban takes.

The decoders, the linter, `sanban publish`, the gateway, the ledger and the writers of
docs/contracts read it, so that a new type is declared once. CONTRIBUTING.md lists what a new type
needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from schemas.events.case_commands import COMMANDED, CaseCommand
from schemas.events.complaint import FILED, ComplaintFiled
from schemas.events.follow_ups import (
    RATED,
    SUPPLEMENTED,
    WITHDRAWN,
    ComplaintRated,
    ComplaintSupplemented,
    ComplaintWithdrawn,
    FollowUp,
)
from schemas.intake import Outcome

InboundModel = type[ComplaintFiled] | type[FollowUp] | type[CaseCommand]
"""The model of an inbound event's data."""

_ORGANISATION = "org.sanban."


class InboundTopic(StrEnum):
    """The topics that Sanban reads, by the names that `sanban publish --topic` takes."""

    COMPLAINTS = "complaints"
    COMMANDS = "commands"


class EventFamily(StrEnum):
    """Event types that one handler takes. A new family needs a handler of its own."""

    COMPLAINT = "complaint"  # starts a case: consumers/complaints/filing.py
    FOLLOW_UP = "follow_up"  # gives its act to the case of its complaint: consumers/complaints
    COMMAND = "command"  # gives its act to a case: consumers/commands

    @property
    def topic(self) -> InboundTopic:
        """Return the topic on which these events come."""
        is_command = self is EventFamily.COMMAND
        return InboundTopic.COMMANDS if is_command else InboundTopic.COMPLAINTS


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """One type of event that other systems send.

    `done` is the outcome of a record whose event had its effect. In the contracts `title` names the
    event, and `says` describes its attribute `data`.
    """

    type: str
    family: EventFamily
    data: InboundModel
    done: Outcome
    title: str
    says: str

    @property
    def name(self) -> str:
        """Return the name of its contract: `complaint.filed.v1`."""
        return self.type.removeprefix(_ORGANISATION)

    @property
    def kind(self) -> str:
        """Return the word by which the ledger keeps it: `filed` for `complaint.filed.v1`."""
        return self.name.split(".")[1]

    @property
    def unversioned(self) -> str:
        """Return its type without the version: `org.sanban.complaint.filed`."""
        return self.type.rpartition(".")[0]


# The order is that of docs/contracts, which must stay the same byte for byte: add at the end.
_ROWS = (
    InboundEvent(
        FILED,
        EventFamily.COMPLAINT,
        ComplaintFiled,
        Outcome.ACCEPTED,
        title="A new complaint",
        says="The complaint.",
    ),
    InboundEvent(
        COMMANDED,
        EventFamily.COMMAND,
        CaseCommand,
        Outcome.ACCEPTED,
        title="An act on a case",
        says="The act, and the case.",
    ),
    InboundEvent(
        SUPPLEMENTED,
        EventFamily.FOLLOW_UP,
        ComplaintSupplemented,
        Outcome.SUPPLEMENTED,
        title="More about a complaint",
        says="What is new.",
    ),
    InboundEvent(
        WITHDRAWN,
        EventFamily.FOLLOW_UP,
        ComplaintWithdrawn,
        Outcome.WITHDRAWN,
        title="A complaint taken back",
        says="Why.",
    ),
    InboundEvent(
        RATED,
        EventFamily.FOLLOW_UP,
        ComplaintRated,
        Outcome.RATED,
        title="How content the citizen is",
        says="The rating.",
    ),
)

INBOUND: Mapping[str, InboundEvent] = {row.type: row for row in _ROWS}
"""Every row, by its CloudEvents `type`."""


def types_of(topic: InboundTopic) -> tuple[str, ...]:
    """Return the CloudEvents types that may come on a topic, each with its version."""
    return tuple(row.type for row in _ROWS if row.family.topic is topic)


def topic_of(event_type: str) -> InboundTopic | None:
    """Return where events of this type belong, in any version; None for an unknown type."""
    unversioned = event_type.rpartition(".")[0]
    return next((row.family.topic for row in _ROWS if row.unversioned == unversioned), None)
