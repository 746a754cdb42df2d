"""Follow codes: a citizen follows a case by one, without an account.

A code is the number of the case and ten letters that only Sanban can make of it (store/ciphers.py
makes them with the key of the case). So it is guessed by no one, kept nowhere, and worth nothing
once the key is destroyed.
"""

import re

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, as in case numbers: no i, l, o and u."""
_LIKE = str.maketrans({"o": "0", "i": "1", "l": "1", "u": "v"})
"""Letters that a person reads or hears in place of one of these."""
_NUMBER, _WHOLE = 15, 25
_BETWEEN = re.compile(r"[\s\-‐-―－]+")
NO_CASE = "00000-00000-00000"
"""Asked about in place of what is no code, so that every answer takes the same way."""


def written(case_id: str, digest: bytes) -> str:
    """Return the code of a case: 50 bits of the digest in two groups after its number."""
    bits = int.from_bytes(digest[:8]) >> 14
    letters = "".join(_LETTERS[(bits >> (5 * place)) & 31] for place in range(9, -1, -1))
    return f"{case_id}-{letters[:5]}-{letters[5:]}"


def read(code: str) -> tuple[str, str]:
    """Return the case number and the whole code, as `written` gives them.

    Capitals, missing hyphens and spaces do not matter, nor do letters that look like another. For
    what cannot be a code the number is NO_CASE.
    """
    said = _BETWEEN.sub("", code).lower().translate(_LIKE)
    if len(said) != _WHOLE or not set(said) <= set(_LETTERS):
        return NO_CASE, ""
    groups = [said[place : place + 5] for place in range(0, _WHOLE, 5)]
    return "-".join(groups[: _NUMBER // 5]), "-".join(groups)
