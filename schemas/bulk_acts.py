"""One act that a person gives to many cases at once, and what became of each of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5

MOST_CASES = 500
KEPT = timedelta(days=30)


class BulkState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BulkAct:
    """`command`: a CommandMessage as JSON, whose id each case replaces; "" once all is done.
    `query`: the list that it was given to, as its query string.
    """

    id: str
    tenant: str
    person: str
    kind: str
    command: str
    query: str
    begun_at: datetime
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BulkItem:
    """`code` and `detail`: of the refusal."""

    case_id: str
    state: BulkState = BulkState.WAITING
    code: str = ""
    detail: str = ""


def command_id_of(bulk: str, case_id: str) -> str:
    """Return the id of the command for one case: the same each time, so it has one effect."""
    return str(uuid5(NAMESPACE_URL, f"sanban:bulk:{bulk}:{case_id}"))
