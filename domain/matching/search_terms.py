"""By what a text is found: every pair of neighbouring characters in its runs of letters and digits.

Two characters are a word of Chinese, so no dictionary is needed; and a text that holds all pairs of
what is looked for nearly always holds it.
"""

import re
import unicodedata

_RUN = re.compile(r"[^\W_]+")


def pairs_of(text: str) -> frozenset[str]:
    """Wide and narrow forms, capitals and small letters are one. None in a single character."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return frozenset(
        run[place : place + 2] for run in _RUN.findall(plain) for place in range(len(run) - 1)
    )
