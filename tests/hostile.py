"""Texts that act on what shows them, and objects that are full of them."""

import dataclasses
import enum
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from typing_extensions import TypeAliasType, get_type_hints

from tests.town import at

FORGED = "FORGED"
"""Never begins a line of what is shown."""

ACTS = (
    f"\x1b[2J\x1b]8;;https://x.example\x07路\x1b]8;;\x07\r\n{FORGED} closed\n{FORGED}\x85{FORGED}"
    "\u2028\x9b31m\x7f\x00\u202etxt.exe\u202c\u2066a\u2069\u200e\u061c\u200b\ufeff\u00ad\u3164"
    "\ue000\U000e0041\u0378[red]路[/red][link=https://x.example]x[/link][/]:smile:"
)


Makers = Mapping[Any, Callable[[], Any]]


def acting(text: str) -> list[str]:
    """Return the characters of a shown text that no terminal should be given, sorted."""
    return sorted({each for each in text if each != "\n" and _acts(each)})


def _acts(each: str) -> bool:
    kinds = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return unicodedata.category(each) in kinds or each == "\u3164"


def harmless(text: str) -> bool:
    """Return whether nothing of it acts, and no line of it was written by a stranger."""
    assert acting(text) == []
    assert not [line for line in text.split("\n") if line.startswith(FORGED)]
    return True


def hostile(wanted: Any, known: Makers = MappingProxyType({})) -> Any:
    """Make a value of a type in which every text is `ACTS`. `known` makes the types it names."""
    if wanted in known:
        return known[wanted]()
    if isinstance(wanted, TypeAliasType):
        return hostile(wanted.__value__, known)
    if get_origin(wanted) is not None:
        return _generic(get_origin(wanted), get_args(wanted), known)
    if dataclasses.is_dataclass(wanted) or hasattr(wanted, "model_fields"):
        return _filled(wanted, known)
    if isinstance(wanted, type) and issubclass(wanted, enum.Enum):
        return next(iter(wanted))
    return _PLAIN[wanted]


def _generic(kind: Any, inner: tuple[Any, ...], known: Makers) -> Any:
    if kind in {Annotated, Literal}:
        return hostile(inner[0], known) if kind is Annotated else inner[0]
    if kind in {Union, UnionType}:
        return hostile(next(each for each in inner if each is not type(None)), known)
    if kind is tuple:
        several = inner[:1] if inner[-1:] == (...,) else inner
        return tuple(hostile(each, known) for each in several)
    if issubclass(kind, Mapping):
        return (
            kind({hostile(inner[0], known): 3})
            if kind is Counter
            else {hostile(inner[0], known): hostile(inner[1], known)}
        )
    if issubclass(kind, Callable):  # type: ignore[arg-type]
        return lambda *_: None
    return [hostile(inner[0], known)]


def _filled(wanted: Any, known: Makers) -> Any:
    hints = get_type_hints(wanted, include_extras=True)
    if hasattr(wanted, "model_fields"):
        names = list(wanted.model_fields)
        return wanted.model_construct(**{name: hostile(hints[name], known) for name in names})
    names = [field.name for field in dataclasses.fields(wanted) if field.init]
    return wanted(**{name: hostile(hints[name], known) for name in names})


_PLAIN: dict[Any, Any] = {
    str: ACTS,
    bytes: ACTS.encode(),
    int: 3,
    float: 0.5,
    bool: True,
    date: date(2026, 11, 24),
    datetime: at("2026-11-24 09:00"),
    timedelta: timedelta(hours=3),
    Decimal: Decimal(3),
    Any: ACTS,
    object: ACTS,
}
