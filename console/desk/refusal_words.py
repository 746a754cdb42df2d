"""What pages say of a refusal: in Chinese its own sentences, or one for its code.

The journal has the engine's text, which is English: in English it is shown with names for its
codes (plain_words.py). In Chinese
each of its sentences is said in Chinese (refusal_sentences.py). Where one is not known, a sentence
of the code takes their place, with the units, people, parts, stages, amounts and moments that the
text names. A code that has no sentence is shown with the text of the journal.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from console.desk.names import TownNames, table
from console.desk.plain_words import plain_words
from console.desk.refusal_sentences import refusal_sentences

_NEXT = re.compile(r"; now: (?P<act>[a-z_]+)(?: or [a-z_]+)?(?P<who>[^;]*)$")
_BY_YOU = ", by you"
"""How domain/case/next_steps.py says that the reader may give the act."""
_TABLE = re.compile(
    r"[a-z_]+ is (?:possible in|for cases in|for) (?P<allowed>[a-z_, ]+)"
    r"; this is (?P<found>[a-z_]+)"
)
"""How domain/case/permissions.py says for what an act is meant, and what it found."""
_WORD = re.compile(
    r"(?P<moment>\d{4}-\d\d-\d\d[ T]\d\d:\d\d)|(?P<day>\d{4}-\d\d-\d\d)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r" (?P<unit>working days|(?:day|hour|minute|file|photo|time|case)s?)\b"
    r"|(?P<word>[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*)"
)
_CASE = re.compile("[0-9a-hj-km-np-tv-z]{5}(-[0-9a-hj-km-np-tv-z]{5}){2}")
_AMOUNTS = {
    "working days": "工作日", "day": "天", "hour": "小时", "minute": "分钟", "file": "个附件",
    "photo": "张照片", "time": "次", "case": "件案件",
}  # fmt: skip
_OF_CODE = {"wrong_stage": "stage", "wrong_role": "role", "wrong_tier": "tier"}


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """What a page says. `help`: what is wrong and what to do, in sentences; `about`: what the
    engine's text names, where its sentences are not known; `next`: what is possible now, and by
    what unit. `text` is the journaled one; `is_known`: the page can do without it. `is_whole`:
    `help` says all of it.
    """

    name: str
    help: str
    about: str
    next: str
    text: str
    is_known: bool
    is_whole: bool = False

    @property
    def short(self) -> str:
        """Return one line for a list."""
        said = self.help.removesuffix("。") if self.is_whole else self.about
        return f"{self.name}：{said}" if said else self.name


def refusal_words(names: TownNames, code: str, text: str, of: str = "refusal") -> RefusalWords:
    """Return the words of a refusal. `of`: the list of names.yaml that has its code."""
    name, known = names.code(of, code), code in table()[of]
    if names.language != "zh" or not known:
        # English, or no Chinese for it: the text of the engine says it all.
        shown = "" if name == text else text if names.language == "zh" else plain_words(names, text)
        return RefusalWords(name, shown, "", "", text, is_known=False)
    said, step = _without_next(names, text)
    if (whole := refusal_sentences(names, said)) is not None:
        return RefusalWords(name, whole, "", step, text, is_known=True, is_whole=True)
    about = _by_table(names, code, said) or "、".join(_named(names, said))
    help_ = table()[f"{of}_help"][code][0]
    return RefusalWords(name, help_, about, step, text, is_known=True)


def refusal_line(names: TownNames, code: str, text: str) -> str:
    """Return a refusal in one line: of a list, or of a row of the journal."""
    words = refusal_words(names, code, text)
    if not words.is_known:
        said = words.help or words.text
        return f"{words.name}: {said}" if said else words.name
    return words.short


def _without_next(names: TownNames, text: str) -> tuple[str, str]:
    """Return the text without its end that says what is possible now, and that end in words."""
    found = _NEXT.search(text)
    if found is None:
        return text, ""
    who = "、".join(_named(names, found["who"].removesuffix(_BY_YOU)))
    if found["who"].endswith(_BY_YOU):
        who = "、".join(each for each in (who, "由您办理") if each)
    act = names.code("act", found["act"])
    return text[: found.start()], f"{act}（{who}）" if who else act


def _by_table(names: TownNames, code: str, text: str) -> str:
    """Return for what the act is meant, and what was found; "" if the text is no such sentence."""
    found = _TABLE.fullmatch(text)
    if found is None or code not in _OF_CODE:
        return ""
    of = _OF_CODE[code]
    allowed = "、".join(names.code(of, each) for each in found["allowed"].split(", "))
    return f"可办的是{allowed}，现在是{names.code(of, found['found'])}"


def _named(names: TownNames, text: str) -> Iterator[str]:
    """Yield what the text names that the town knows, each once, in the order of the text."""
    looks = _looks(names)
    found = (_of_match(each, looks) for each in _WORD.finditer(text))
    yield from dict.fromkeys(each for each in found if each)


def _of_match(found: re.Match[str], looks: tuple[Callable[[str], str], ...]) -> str:
    if at := found["moment"] or found["day"]:
        return at.replace("T", " ")
    if found["number"]:
        unit = found["unit"]
        return f"{found['number']} {_AMOUNTS.get(unit) or _AMOUNTS[unit.removesuffix('s')]}"
    word = found["word"]
    return next((name for look in looks if (name := look(word)) != word), "")


def _looks(names: TownNames) -> tuple[Callable[[str], str], ...]:
    """Return the ways to look a word up; each gives the word back that it does not know."""

    def coded(look: Callable[[str], str]) -> Callable[[str], str]:
        # A code of one plain word, such as `other`, would be found in any sentence.
        return lambda word: look(word) if not word.isalpha() else word

    return (names.unit, names.person, names.part, coded(names.category), coded(names.grid), _case)


def _case(word: str) -> str:
    """Return a case as the pages name it, by the beginning of its number."""
    return f"案件 {word.partition('-')[0]}" if _CASE.fullmatch(word) else word
