"""What a source reports. A complaint arrives as an event and never changes afterwards."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from domain.vocabulary import Channel, Flag, Supervision, Urgency

DIGEST = "[0-9a-f]{64}"
"""A regular expression for a sha256 in hexadecimal."""
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def expect_digest(digest: str) -> None:
    """Raise ValueError if it is not the digest of a file: it could never match one."""
    if re.fullmatch(DIGEST, digest) is None:
        raise ValueError("sha256 is not 64 hex digits, as sha256sum prints them")


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is. `grid` is the grid's code; degrees are kept in millionths (no floats).

    `spot` stands for the address (domain/matching/spots.py) where that is sealed.
    """

    address: str = ""
    grid: str | None = None
    longitude_e6: int | None = None
    latitude_e6: int | None = None
    spot: str | None = None


@dataclass(frozen=True, slots=True)
class SuperiorOrder:
    """A superior office's assignment: its number, who issued it, and its own deadline.

    `level`: of which level the issuer is; None if that was not said.
    """

    number: str
    issuer: str
    due_at: datetime | None = None
    supervised: bool = False  # flagged 督办 or 挂牌 by the issuer
    level: Supervision | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file kept elsewhere: where, what, and the digest that proves it.

    `taken_at`: when a picture was taken, where that is stated. `recorder`: which recorder of the
    town (执法记录仪) has taken it; None: another camera, or that is not known.
    """

    sha256: str
    uri: str
    media_type: str
    taken_at: datetime | None = None
    recorder: str | None = None

    def __post_init__(self) -> None:
        """Raises ValueError if `sha256` is not a digest: it could never match the file."""
        expect_digest(self.sha256)


@dataclass(frozen=True, slots=True)
class UnverifiedFile:
    """A file kept elsewhere, of which no digest is known. It is shown, and is never evidence."""

    uri: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """How the matter already stands when it arrives: settled on the spot (举手之劳), or suspended.

    `result` says how it was settled, and `close` which result of its standard that is;
    `suspended_until` and `reason` say for how long it rests.
    """

    result: str | None = None
    suspended_until: datetime | None = None
    reason: str = ""
    close: str | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """One report, without personal data: who reported it stays with the store (docs/adr/0009).

    `unverified` is None without such files, so that a row of the journal has no field for it.
    `part_number`: that of the city part (部件编码) that it is about.
    `standard`: which of the standards of its category it meets, if that was said.
    `flags`: what its source says it is. `reporters`: how many people report it together. `since`:
    how long it has been so, if that was said.
    """

    tenant: str
    source: str
    event_id: str
    complaint_id: str
    channel: Channel
    reported_at: datetime
    text: str
    category: str | None = None
    urgency: Urgency | None = None
    place: Place = Place()
    reply_wanted: bool = True
    superior: SuperiorOrder | None = None
    evidence: tuple[Evidence, ...] = ()
    standing: Arrival = Arrival()
    unverified: tuple[UnverifiedFile, ...] | None = None
    standard: str | None = None
    flags: tuple[Flag, ...] | None = None
    reporters: int | None = None
    since: datetime | None = None
    part_number: str | None = None

    @property
    def case_id(self) -> str:
        return case_id_of(self.tenant, self.source, self.event_id)


@lru_cache(maxsize=10_000)  # a case asks for its number many times in every stage
def case_id_of(tenant: str, source: str, event_id: str) -> str:
    """Return the case number: 75 bits of the event's identity in three groups, `7kq2m-9xa4t-bnc2w`.

    The number follows from tenant, source and event id alone, so the same event always gives the
    same number. Never change this form: it is what makes a repeated event a duplicate.
    """
    digest = int.from_bytes(sha256(f"{tenant}\n{source}\n{event_id}".encode()).digest()[:10]) >> 5
    letters = "".join(_CROCKFORD[(digest >> (5 * place)) & 31] for place in range(14, -1, -1))
    return f"{letters[:5]}-{letters[5:10]}-{letters[10:]}"


def workflow_id_of(tenant: str, case_id: str) -> str:
    """Return the Temporal workflow id. Only this function knows its form; nothing parses it."""
    return f"case/{tenant}/{case_id}"
