"""The language in which a command shows names: as it is typed, or else as the locale says."""

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


class ListLanguage(StrEnum):
    """In English a list has the codes that commands take; in Chinese it has names."""

    ZH = "zh"
    EN = "en"


Language = Annotated[
    ListLanguage | None,
    typer.Option(help="Names in Chinese, or codes; default: as LC_ALL, LC_MESSAGES or LANG."),
]


def language_of_locale(environment: Mapping[str, str] | None = None) -> ListLanguage:
    """Return the language of the first locale variable that is set, as POSIX orders them."""
    env = os.environ if environment is None else environment
    said = next((env[name] for name in _LOCALES if env.get(name)), "")
    return ListLanguage.ZH if said.lower().startswith("zh") else ListLanguage.EN
