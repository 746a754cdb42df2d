"""What a workflow journals at each stage: rows of the chain and one read-model row."""

from datetime import datetime

from schemas.base import Message


class ReservationRow(Message):
    """A resource that a case has reserved; it may be over (domain/case/reservations.py)."""

    resource: str
    start: datetime
    until: datetime
    by: str
    at: datetime
    part: str | None = None
    confirmed: bool = False


class CaseRow(Message):
    """One case as lists show it: the columns of sanban.cases, in the same names.

    Everything here can be computed again from the journal. `units` may read the case; `inbox` are
    the units that have something to do, with marks for what a role has to answer and for a call
    that is due (domain/case/participants.py). A deadline is provisional while holidays that it
    counts are not published; None means that it is not. `due_clock`: the clock whose deadline is
    `next_due`, and `due_measure` in what its time is counted. `owed_by`: the unit that answers for
    it, None for one of none. `missed_at`: the first deadline that it missed, without those that
    are exempt or overtaken by a later one. `reservations` are those that were not freed; None:
    there is none. `turn`: who has to move (domain/case/turns.py). `rests`: merged, suspended, with
    a superior, or due at no time. `vacuum`: no unit owns the matter. `open_lead`: the platform has
    to find out which unit leads. In rows of before these four are None, and
    so is `next_at`, when the engine acts next by itself. `inbox` also has seats, as
    `platform/verifier`. `looked_back_at`: when another person looked at it after its end.
    """

    case_id: str
    tenant: str
    tier: str
    stage: str
    holder: str | None
    grid: str | None
    category: str | None
    urgency: str
    channel: str
    title: str
    level: int
    received_at: datetime
    citizen_due: datetime | None
    next_due: datetime | None
    next_clock: str | None
    closed_at: datetime | None
    policy: str
    seq: int
    spot: str | None = None
    units: tuple[str, ...] = ()
    inbox: tuple[str, ...] = ()
    citizen_due_provisional: bool | None = None
    next_due_provisional: bool | None = None
    due_clock: str | None = None
    due_measure: str | None = None
    missed_at: datetime | None = None
    reservations: tuple[ReservationRow, ...] | None = None
    turn: str | None = None
    rests: bool | None = None
    vacuum: bool | None = None
    open_lead: bool | None = None
    owed_by: str | None = None
    next_at: datetime | None = None
    looked_back_at: datetime | None = None


class Batch(Message):
    """The rows of one stage, appended in one transaction; appending them again is a no-op.

    `bodies` are canonical JSON texts (domain/audit/hash_chain.py) of the rows first_seq,
    first_seq + 1, ...
    """

    case_id: str
    first_seq: int
    bodies: tuple[str, ...]
    row: CaseRow
