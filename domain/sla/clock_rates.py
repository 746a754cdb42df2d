"""The rates of clocks kept in time, by the names of the town's list (domain.md, section 3)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClockRate:
    """`number` is its row in that list; `chinese` and `english` are its names in reports.

    Clocks that take each other's place share one.
    """

    number: int
    id: str
    chinese: str
    english: str


ACCEPTED = ClockRate(2, "accepted_in_time_rate", "按期受理率", "accepted in time")
DISPATCHED = ClockRate(6, "dispatched_in_time_rate", "按期派遣率", "dispatched in time")
HANDLED = ClockRate(8, "handled_in_time_rate", "按期处置率", "handled in time")
CLOSED = ClockRate(11, "closed_in_time_rate", "按期结案率", "closed in time")
VERIFIED = ClockRate(15, "verified_in_time_rate", "核查及时率", "verified in time")
SIGNED = ClockRate(18, "signed_in_time_rate", "签收及时率", "signed in time")
RESPONDED = ClockRate(19, "response_rate", "响应率", "responded in time")
