"""The search terms of a text: every pair of neighbouring characters (bigrams).

Most Chinese words have two characters, so no dictionary is needed. A text that contains all pairs
of a query nearly always contains the query.
"""

import re
import unicodedata

TOO_SHORT = "“%(text)s” is too short to search for: give two characters or more"
"""What every door answers to a text without a pair: all cases have all of its no pairs."""
_RUN = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"(?=.*[0-9])\w{4,}")


class TooShort(ValueError):
    """A text without a pair, which would find every case."""

    def __init__(self, text: str) -> None:
        super().__init__(TOO_SHORT % {"text": text})


def pairs_of(text: str) -> frozenset[str]:
    """Return the pairs inside each run of letters and digits; a single character has none.

    Wide and narrow forms, capitals and small letters count as the same.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return frozenset(
        run[place : place + 2] for run in _RUN.findall(plain) for place in range(len(run) - 1)
    )


def unspaced(text: str) -> str:
    """Return a text without the spaces in it: 兴业路 18 号 is written 兴业路18号 as well."""
    return "".join(text.split())


def number_in(text: str) -> str:
    """Return the letters and digits of a text that can be the number of a paper, such as
    `GX-2026-0018` or 市督〔2026〕18; "" if it has fewer than four, or no digit.
    """
    runs = "".join(_RUN.findall(unicodedata.normalize("NFKC", text).casefold()))
    return runs if _NUMBER.fullmatch(runs) else ""
