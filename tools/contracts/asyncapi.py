"""Write the AsyncAPI 3.0 document: the topics that other people's programs write or read."""

from typing import Any

from schemas.events.inbound import EventFamily
from tools.contracts.asyncapi_messages import messages, references

FILE = "asyncapi.yaml"
_MESSAGES = "#/components/messages"


def asyncapi() -> dict[str, Any]:
    """Return the document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sanban",
            "version": "1.0.0",
            "description": "Complaints come in as CloudEvents; each starts one case, and other "
            "systems act on it by events of their own. A record that is of no use is kept, byte "
            "for byte, with a reason. How to begin: docs/INTEGRATORS.md.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "complaints": {
                "address": "sanban.complaints",
                "title": "New complaints",
                "description": "Written by hotlines, superior offices, patrols, cameras and apps; "
                "read by Sanban. Both modes of CloudEvents may be mixed. A record is at most "
                "1 MiB: value, key and headers together.",
                "messages": references(_MESSAGES, EventFamily.COMPLAINT, EventFamily.FOLLOW_UP),
            },
            "caseCommands": {
                "address": "sanban.case-commands",
                "title": "Acts on cases",
                "description": "Written by the systems of units and superior offices; read by "
                "Sanban, which gives each to its case: in order within a case, once for each "
                "source and id. Both modes of CloudEvents may be mixed. A record is at most 1 MiB: "
                "value, key and headers together.",
                "messages": references(_MESSAGES, EventFamily.COMMAND),
            },
            "deadLetters": {
                "address": "sanban.dead-letters",
                "title": "What could not become a case, or act on one",
                "description": "Written by Sanban; read by whoever published the record, and by "
                "operators. A record may be here twice: at least once is promised.",
                "messages": {"deadLetter": {"$ref": "#/components/messages/deadLetter"}},
            },
            "receipts": {
                "address": "sanban.receipts",
                "title": "What became of each record",
                "description": "Written by Sanban, for each record on the topics it reads, as soon "
                "as its outcome is kept; under the record's own key. A receipt may be here twice, "
                "under one id: at least once is promised. A record that waits has a second one "
                "later.",
                "messages": {"receipt": {"$ref": "#/components/messages/receipt"}},
            },
            "caseEvents": {
                "address": "sanban.case-events",
                "title": "What happens to cases",
                "description": "Written by Sanban; read by whoever follows cases. In order within "
                "a case, from its beginning: nothing is left out that outsiders may know. An event "
                "may be here twice, under one id and in the same bytes: at least once is promised.",
                "messages": {"caseEvent": {"$ref": "#/components/messages/caseEvent"}},
            },
            "orderReplies": {
                "address": "sanban.order-replies",
                "title": "Replies to superiors' orders",
                "description": "Written by Sanban where the town names such a topic; read by the "
                "systems of superior offices alone, because it has words. In order within a case. "
                "A reply may be here twice, under one id: at least once is promised.",
                "messages": {"orderReply": {"$ref": "#/components/messages/orderReply"}},
            },
            "checkpoints": {
                "address": "sanban.checkpoints",
                "title": "Signed checkpoints of the journal",
                "description": "Written by Sanban every minute in which something happened; read "
                "by whoever wants to be able to prove what the journal said then. Of one "
                "partition, in order. A note may be here twice, in the same bytes: at least once "
                "is promised.",
                "messages": {"checkpoint": {"$ref": "#/components/messages/checkpoint"}},
            },
        },
        "operations": {
            "takeComplaint": {
                "action": "receive",
                "title": "Start a case for a complaint",
                "channel": {"$ref": "#/channels/complaints"},
                "messages": _received("complaints", EventFamily.COMPLAINT),
            },
            "takeWhatIsSaidLater": {
                "action": "receive",
                "title": "Give to its case what is said of a complaint later",
                "channel": {"$ref": "#/channels/complaints"},
                "messages": _received("complaints", EventFamily.FOLLOW_UP),
            },
            "takeCommand": {
                "action": "receive",
                "title": "Give an act to its case",
                "channel": {"$ref": "#/channels/caseCommands"},
                "messages": _received("caseCommands", EventFamily.COMMAND),
            },
            "keepDeadLetter": {
                "action": "send",
                "title": "Keep what could not become a case, or act on one, and say why",
                "channel": {"$ref": "#/channels/deadLetters"},
                "messages": [{"$ref": "#/channels/deadLetters/messages/deadLetter"}],
            },
            "giveReceipt": {
                "action": "send",
                "title": "Tell a publisher what became of its record",
                "channel": {"$ref": "#/channels/receipts"},
                "messages": [{"$ref": "#/channels/receipts/messages/receipt"}],
            },
            "tellWhatHappened": {
                "action": "send",
                "title": "Tell outsiders what happened to a case",
                "channel": {"$ref": "#/channels/caseEvents"},
                "messages": [{"$ref": "#/channels/caseEvents/messages/caseEvent"}],
            },
            "replyToOrder": {
                "action": "send",
                "title": "Report to a superior what was done on its order",
                "channel": {"$ref": "#/channels/orderReplies"},
                "messages": [{"$ref": "#/channels/orderReplies/messages/orderReply"}],
            },
            "publishCheckpoint": {
                "action": "send",
                "title": "Say under a signature how many rows the journal has, and their root",
                "channel": {"$ref": "#/channels/checkpoints"},
                "messages": [{"$ref": "#/channels/checkpoints/messages/checkpoint"}],
            },
        },
        "components": {"messages": messages()},
    }


def _received(channel: str, family: EventFamily) -> list[dict[str, str]]:
    return [*references(f"#/channels/{channel}/messages", family).values()]
