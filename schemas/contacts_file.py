"""The file that SANBAN_CONTACTS names: where people are reached, and in which language."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from domain.notice_texts import Language
from schemas.base import Written
from schemas.policy_file import Id
from schemas.texts import Tenant

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]{0,31})://\S+")


def _address(secret: SecretStr) -> SecretStr:
    if _ADDRESS.fullmatch(secret.get_secret_value()) is None:
        raise ValueError("not an address; write one as mailto://..., dingtalk://... or jsons://...")
    return secret


Address = Annotated[SecretStr, AfterValidator(_address)]
"""A URL of apprise. It may hold a password or a token: nobody logs, journals or repeats it."""


def channel_of(address: Address) -> str:
    """By which way it leads to a person: mailto, dingtalk, json ..."""
    return address.get_secret_value().partition("://")[0]


class ContactEntry(Written):
    """The first address that takes a message has it; the others are for when it does not."""

    language: Language = Language.CHINESE
    addresses: Annotated[tuple[Address, ...], Field(min_length=1, max_length=10)]


class ContactsFile(Written):
    """Tenant -> id of a person in its roster -> how to reach them."""

    people: dict[Tenant, dict[Id, ContactEntry]]
