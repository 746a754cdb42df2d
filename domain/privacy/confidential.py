"""What a person who reports in confidence wrote, without what names that person."""

import re
from collections.abc import Iterable

HIDDEN = "〓"
"""Stands for a name that is not shown."""
_SHORTEST = 2
"""A name of fewer characters is in too many words to be replaced."""
_FORMS = "女士|先生|小姐|同志|老师|师傅|大姐|大哥|阿姨|叔叔|某某|某"
"""How a person is called by the family name alone."""
_SHORTEST_NUMBER = 5


def without(names: Iterable[str], text: str) -> str:
    """Return the text without these names and telephone numbers.

    Also a family name before a form of address (陈女士 of 陈静), and a number that is written in
    groups. Who is recognised by what is told stays: that no program can see.
    """
    for name in sorted(names, key=len, reverse=True):  # another one may be a part of a longer one
        if len(name) >= _SHORTEST:
            text = _pattern(name).sub(HIDDEN, text)
    return text


def _pattern(name: str) -> re.Pattern[str]:
    digits = re.sub(r"[^0-9]", "", name)
    if len(digits) >= _SHORTEST_NUMBER:
        own = digits[-11:] if digits.startswith("86") and len(digits) > 11 else digits  # noqa: PLR2004
        return re.compile(r"[ \-]?".join(own))
    if name.isascii():
        return re.compile(re.escape(name), re.IGNORECASE)
    return re.compile(f"{re.escape(name)}|{re.escape(name[0])}(?:{_FORMS})")
