"""The tokens by which texts are compared: Chinese characters and pairs of them, words, numbers."""

import re
import unicodedata
from functools import lru_cache

MOST_COMPARED = 300
"""Only this many characters of a text are compared: a report says early what is the matter."""

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_HAN}]+|[0-9]+|[^\W\d_{_HAN}]+")
_STOP_PHRASES = (
    "您好 你好 市民 居民 群众 村民 来电 反映 投诉 举报 诉求 希望 请求 要求 尽快 及时 处理 解决 "
    "谢谢 感谢 麻烦 相关部门 有关部门 部门 派人 现场 附近 旁边 门口 这边 这里 那里 "
    "一直 现在 已经 今天 昨天 早上 晚上 上午 下午 什么 怎么 没有 非常 严重 "
    "存在 安全隐患 影响 出行 好几天 看看 注意"
)
"""Phrases that reports contain whatever the matter is."""
_PHRASES = re.compile("|".join(_STOP_PHRASES.split()))
_PARTICLES = re.compile(
    "[的了在是有我们您你他她它请吗呢啊吧都就也很还被把和与个这那着过得又从向对给让再]"
)
_STOP_WORDS = (
    "a an and are as at be been by for from has have i in is it its my of on or our please "
    "that the there this to very was we were with you"
)
_EMPTY = frozenset(_STOP_WORDS.split())
_WEAK = frozenset("来去高大小多少上下出起能会要人好家里外前后中一二三四五六七八九十两几次天")
"""Characters that mean something only in a pair."""
_STEM = 4
"""A word is reduced to this many letters: leak, leaks and leaking are one."""
PAIR, SINGLE = 3, 2
"""The weights of a pair of characters (or a word), and of a single character."""

_ABOVE = re.compile(r"^.*(?:省|自治区|市|区|县|街道|镇|乡)(?=.{3})")
_TOWN = re.compile(rf"(?:^|[省市区县])((?:(?![省市区县])[{_HAN}]){{1,6}}?(?:街道|镇|乡))")
_VILLAGE = re.compile("(?<=.)(?:村|社区)(?=.)")
_PART = re.compile(rf"[{_HAN}]|[0-9]+|[^\W\d_{_HAN}]+")
_NUMERALS = str.maketrans("一二三四五六七八九〇零两", "123456789002")


@lru_cache(maxsize=4096)
def text_tokens(text: str) -> frozenset[str]:
    """Return the tokens of a text without stop words.

    Single characters are tokens as well: 爆裂 and 爆管 (a burst, a burst pipe) share one.
    """
    plain = _PARTICLES.sub(" ", _PHRASES.sub(" ", _plain(text[:MOST_COMPARED])))
    return frozenset(gram for gram in _grams(plain) if gram not in _WEAK)


@lru_cache(maxsize=4096)
def address_tokens(address: str) -> frozenset[str]:
    """Return pairs of characters and whole numbers, from the town downwards; 三组 becomes 3组."""
    return frozenset(
        gram for gram in _grams(local_part(address)) if gram.isdigit() or len(gram) > 1
    )


@lru_cache(maxsize=4096)
def address_shingles(address: str) -> frozenset[str]:
    """Return the pieces that few other addresses have, for blocking keys.

    A number with the name before it: 人民路12. Without any number, every three neighbouring
    characters: 中心小, 心小学. So an address with a number and one that names only the road share
    no shingle: the latter may be anywhere on the road.
    """
    parts = _PART.findall(local_part(address))
    numbers = [place for place, part in enumerate(parts) if part.isdigit()]
    if numbers:
        before = (
            range(max(0, place - 3), place) or range(place + 1, place + 3) for place in numbers
        )
        named = zip(before, numbers, strict=True)
        return frozenset("".join(parts[each.start : each.stop]) + parts[at] for each, at in named)
    if not parts:
        return frozenset()
    return frozenset("".join(parts[place : place + 3]) for place in range(max(1, len(parts) - 2)))


def town_of(address: str) -> str | None:
    """Return the town or sub-district that the address names; None if it names none."""
    found = _TOWN.findall(_plain(address))
    return found[-1] if found else None


def local_part(address: str) -> str:
    """Return the address without the province, city and town that a whole district shares.

    荷塘村三组 and 荷塘3组 become the same.
    """
    plain = re.sub(r"[\W_]+", "", _PHRASES.sub("", _plain(address)))
    return _VILLAGE.sub("", _ABOVE.sub("", plain)).translate(_NUMERALS)


def token_weight(grams: frozenset[str]) -> int:
    """Return the sum of the weights of tokens."""
    return sum(SINGLE if len(gram) == 1 and not gram.isdigit() else PAIR for gram in grams)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _grams(plain: str) -> list[str]:
    found: list[str] = []
    for match in _RUN.finditer(plain):
        run = match[0]
        if re.match(f"[{_HAN}]", run):
            found += run
            found += (run[place : place + 2] for place in range(len(run) - 1))
        elif run.isdigit():
            found.append(run)
        elif run not in _EMPTY:
            # Padded, because a word of one letter would count as a single character.
            found.append(run[:_STEM].ljust(2, "."))
    return found
