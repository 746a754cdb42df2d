"""The file that SANBAN_CONTACTS names: addresses and languages of people."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from domain.policy.notice_texts import Language
from schemas.base import Written
from schemas.packs.ids import Id
from schemas.texts import Tenant

_ADDRESS = re.compile(r"(?:([a-z][a-z0-9.-]{0,31})\+)?(([a-z][a-z0-9.-]{0,31})://\S+)")


def _address(secret: SecretStr) -> SecretStr:
    if _ADDRESS.fullmatch(secret.get_secret_value()) is None:
        raise ValueError("not an address; write one as mailto://..., dingtalk://... or jsons://...")
    return secret


Address = Annotated[SecretStr, AfterValidator(_address)]
"""A URL of apprise. It may hold a password or a token, so no code logs, journals or repeats it.

`sms+jsons://...` means that a message to jsons://... is sent as an SMS, with texts of its own.
"""


def way_of(address: Address) -> tuple[str, str]:
    """Return the channel of an address (mailto, dingtalk, sms ...) and its URL."""
    match = _ADDRESS.fullmatch(address.get_secret_value())
    if match is None:
        raise ValueError("not an address")  # never happens: `_address` has checked it
    return match[1] or match[3], match[2]


class ContactEntry(Written):
    """How to reach a person. A message goes to the first address that accepts it."""

    language: Language = Language.CHINESE
    addresses: Annotated[tuple[Address, ...], Field(min_length=1, max_length=10)]


class ContactsFile(Written):
    """The whole file: tenant -> id of a person in its roster -> how to reach them."""

    people: dict[Tenant, dict[Id, ContactEntry]]
