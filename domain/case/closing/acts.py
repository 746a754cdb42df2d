"""The end: resolve, verify, ask the citizen, write off or send back, withdraw."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence
from domain.vocabulary import Callback


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """Report the result. `close`: which of the results it is that the standard of the case lists.

    `before`: files that show how it was before the work, where the standard wants some.
    """

    kind: Literal["resolve"] = "resolve"
    result: str
    evidence: tuple[Evidence, ...] = ()
    close: str | None = None
    before: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """Somebody other than the holder looked."""

    kind: Literal["verify"] = "verify"
    passed: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """What the citizen said. `solved` is another question than satisfied, and asked apart.

    `callback` explained: a ruling, with the reason in `note`, on what a citizen said who is not
    satisfied; by another person than the one who recorded that.
    """

    kind: Literal["close"] = "close"
    callback: Callback
    note: str = ""
    solved: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    kind: Literal["withdraw"] = "withdraw"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    """The superior that issued the case writes it off (销号)."""

    kind: Literal["write_off"] = "write_off"
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack:
    """The superior is not content with what was reported."""

    kind: Literal["send_back"] = "send_back"
    reason: str
