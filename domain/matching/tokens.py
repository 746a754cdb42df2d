"""What texts are compared by: pairs of Chinese characters, and words of other scripts."""

import re
import unicodedata
from functools import lru_cache

MOST_COMPARED = 300
"""So many characters of a text say what is the matter; the rest is not looked at."""

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_HAN}]+|[0-9]+|[^\W\d_{_HAN}]+")
_SAID_ALWAYS = (
    "您好 你好 市民 居民 群众 村民 来电 反映 投诉 举报 诉求 希望 请求 要求 尽快 及时 处理 解决 "
    "谢谢 感谢 麻烦 相关部门 有关部门 部门 派人 现场 附近 旁边 门口 这边 这里 那里 "
    "一直 现在 已经 今天 昨天 早上 晚上 上午 下午 什么 怎么 没有 非常 严重 "
    "存在 安全隐患 影响 出行 好几天 看看 注意"
)
"""What every report says, whatever the matter is."""
_PHRASES = re.compile("|".join(_SAID_ALWAYS.split()))
_PARTICLES = re.compile(
    "[的了在是有我们您你他她它请吗呢啊吧都就也很还被把和与个这那着过得又从向对给让再]"
)
_SMALL_WORDS = (
    "a an and are as at be been by for from has have i in is it its my of on or our please "
    "that the there this to very was we were with you"
)
_EMPTY = frozenset(_SMALL_WORDS.split())
_WEAK = frozenset("来去高大小多少上下出起能会要人好家里外前后中一二三四五六七八九十两几次天")
"""Characters that say something in a pair only."""
_STEM = 4
"""So many letters stand for a word: leak, leaks and leaking are one."""
PAIR, SINGLE = 3, 2
"""How much a pair of characters (or a word) counts, and a single character."""

_ABOVE = re.compile(r"^.*(?:省|自治区|市|区|县|街道|镇|乡)(?=.{3})")
_TOWN = re.compile(rf"(?:^|[省市区县])((?:(?![省市区县])[{_HAN}]){{1,6}}?(?:街道|镇|乡))")
_VILLAGE = re.compile("(?<=.)(?:村|社区)(?=.)")
_PART = re.compile(rf"[{_HAN}]|[0-9]+|[^\W\d_{_HAN}]+")
_NUMERALS = str.maketrans("一二三四五六七八九〇零两", "123456789002")


@lru_cache(maxsize=4096)
def text_tokens(text: str) -> frozenset[str]:
    """Without what every report says. Single characters count as well: 爆裂 and 爆管 share one."""
    plain = _PARTICLES.sub(" ", _PHRASES.sub(" ", _plain(text[:MOST_COMPARED])))
    return frozenset(gram for gram in _grams(plain) if gram not in _WEAK)


@lru_cache(maxsize=4096)
def address_tokens(address: str) -> frozenset[str]:
    """Pairs of characters and whole numbers, from the town downwards; 三组 is 3组."""
    return frozenset(
        gram for gram in _grams(local_part(address)) if gram.isdigit() or len(gram) > 1
    )


@lru_cache(maxsize=4096)
def address_shingles(address: str) -> frozenset[str]:
    """Pieces that few other addresses have: a number with what it is the number of, 人民路12.

    Without a number three neighbours each: 中心小, 心小学. With one, who names the road alone is
    somewhere on it, and is not found.
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
    """The town or sub-district that the address names."""
    found = _TOWN.findall(_plain(address))
    return found[-1] if found else None


def local_part(address: str) -> str:
    """The address without the province, city and town that a whole district shares.

    荷塘村三组 and 荷塘3组 are one.
    """
    plain = re.sub(r"[\W_]+", "", _PHRASES.sub("", _plain(address)))
    return _VILLAGE.sub("", _ABOVE.sub("", plain)).translate(_NUMERALS)


def token_weight(grams: frozenset[str]) -> int:
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
            # A word of one letter would look like a character.
            found.append(run[:_STEM].ljust(2, "."))
    return found
