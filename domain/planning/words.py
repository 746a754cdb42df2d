"""Look for a town's words in the text of a report."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from domain.complaints import Complaint
from domain.policy.model import Policy


def compared(text: str) -> str:
    """Return the text in narrow forms and small letters, as words are looked for in it."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_in(text: str, words: Iterable[str]) -> Iterator[str]:
    """Yield the words that a text has, whatever spaces are between Chinese characters.

    One of Latin letters counts only as a whole word.
    """
    whole = compared(text)
    unspaced = "".join(whole.split())
    return (each for each in words if _has(whole, unspaced, compared(each)))


def matter_of(policy: Policy, complaint: Complaint) -> str | None:
    """Return the first word in the text that the town lists for a matter which is no question; None
    if there is none, or the source named the category.
    """
    if complaint.category is not None:
        return None
    listed = (word for row in policy.categories if not row.consult for word in row.words)
    return next(words_in(complaint.text, listed), None)


def _has(whole: str, unspaced: str, word: str) -> bool:
    if not word.isascii():
        return "".join(word.split()) in unspaced
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", whole) is not None
