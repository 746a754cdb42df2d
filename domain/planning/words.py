"""Look for a town's words in the text of a report."""

import re
import unicodedata
from collections.abc import Iterable, Iterator


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


def _has(whole: str, unspaced: str, word: str) -> bool:
    if not word.isascii():
        return "".join(word.split()) in unspaced
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", whole) is not None
