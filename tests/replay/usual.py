"""What people do in most stories."""

from dataclasses import replace

from domain.case.closing.acts import Close, Resolve, Verify
from domain.case.handling.acts import Sign
from domain.vocabulary import Callback
from tests.acts import PHOTO, SCAN

SIGN, SEEN, SATISFIED = (
    Sign(),
    Verify(passed=True, note="Seen."),
    Close(callback=Callback.SATISFIED),
)
DONE = Resolve(result="已处理完毕", evidence=(PHOTO, SCAN))
DONE_AGAIN, DONE_BETTER = (
    replace(DONE, evidence=tuple(replace(PHOTO, sha256=digit * 64) for digit in digits))
    for digits in ("ab", "cd")
)
"""A result that did not hold is proved by other pictures."""
