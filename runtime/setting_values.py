"""How the values of settings are written: one spelling of each, and what is no such value."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, SecretStr, ValidationInfo
from pydantic.networks import IPvAnyNetwork

from schemas.notations import decimal_of, truth_of, whole_of
from store.connection import hosts_and_name, is_conninfo


def _postgres(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    schemes = ("postgresql://", "postgres://")
    # A slash or an @ of the password would else be one of the address: another host is asked.
    if text and not (
        text.startswith(schemes)
        and is_conninfo(text)
        and re.search(r"\S@", hosts_and_name(text)) is None
    ):
        raise ValueError(
            "not a PostgreSQL URL; write postgresql://user:password@host/database, and in a "
            "password %40 for @, %2F for /, %25 for %, %23 for #, %20 for a space"
        )
    return url


def _text(said: object) -> object:
    # Pydantic takes a number as an address as well: 1 for 0.0.0.1.
    if isinstance(said, str):
        return said
    raise ValueError('must be a network in quotes, such as "10.0.0.0/28"')


PostgresUrl = Annotated[SecretStr, AfterValidator(_postgres)]
"""A URL of PostgreSQL, or "" if it is not set."""

Network = Annotated[IPvAnyNetwork, BeforeValidator(_text)]
"""An IP network in the notation with a slash."""


def in_one_spelling(cls: type[BaseModel], said: object, setting: ValidationInfo) -> object:
    """Return what a variable says as a number or truth value, if its setting is one.

    Raises ValueError for the other spellings that pydantic would guess at, such as 1_0 and 1e1, and
    for a text that is not UTF-8. A path may have any bytes.
    """
    if not isinstance(said, str):
        return said
    annotation = cls.model_fields[setting.field_name or ""].annotation
    if annotation is int:
        return whole_of(said)
    if annotation is float:
        return float(decimal_of(said))
    if annotation is bool:
        return truth_of(said)
    if annotation is str:
        said.encode()  # raises UnicodeEncodeError, which is a ValueError
    return said
