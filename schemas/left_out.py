"""What is known of a record that is too large, or unreadable: limits, sizes and digests."""

from dataclasses import dataclass, field
from hashlib import sha256

LONGEST_KEY = 4096
"""Bytes of a record's key: more than the longest source and number of a complaint have."""
MOST_HEADERS = 1000
"""Headers of a record: each takes memory, also an empty one."""
LONGEST_DETAIL = 2000
"""Characters of a detail in a dead letter or receipt: more than any decoder of ours says."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is known of a record that was not read whole, because it is too large or unreadable.

    `size` counts key, value and headers together; `digest` is the hex sha256 of the value, and
    `head` its first bytes. `headers` is true when they are missing too, and `header_count` says how
    many it has. `why` is "", or says why nothing could be unpacked: then size and digest are those
    of its batch, as the broker has it.
    """

    size: int
    digest: str
    head: bytes = field(default=b"", repr=False)
    headers: bool = False
    header_count: int = 0
    why: str = ""


def short_key(key: bytes | None) -> bytes | None:
    """Return the key under which letters and receipts of a record with this key are sent."""
    if key is None or len(key) <= LONGEST_KEY:
        return key
    return b"sha256:" + sha256(key).hexdigest().encode()
