"""The cryptography of sealed texts, keys and look-ups (docs/adr/0021-sealing.md).

AES-SIV: the same words under the same key give the same bytes, so whatever is done twice stays the
same; and nothing can be altered or moved to another case unnoticed.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap_with_padding,
)

from domain.privacy.sealed import ERASED, sealed_text
from store.errors import StoreUnavailable

KEY_BYTES = 64
"""AES-256 in SIV mode takes two keys of 32 bytes."""
MASTER_BYTES = 32

SAME_NUMBER = 11
"""With or without 0, 0086 and +86 before it, the last digits of a number are the same."""


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes | None, key_id: str, text: str) -> str:
    """`key` is None once it was destroyed. What has no words needs no seal."""
    if not text.strip():
        return text
    if key is None:
        return ERASED
    return sealed_text(key_id, AESSIV(key).encrypt(text.encode(), [key_id.encode()]))


def unseal(key: bytes, key_id: str, content: bytes) -> str | None:
    """The words; None for what was not sealed with this key, or was altered since."""
    try:
        return AESSIV(key).decrypt(content, [key_id.encode()]).decode()
    except (InvalidTag, ValueError):
        return None


def seal_bytes(key: bytes, name: str, content: bytes | None) -> bytes | None:
    """Of a record that waits, whose key has this name; nothing is nothing."""
    return AESSIV(key).encrypt(content, [name.encode()]) if content else content


def unseal_bytes(key: bytes, name: str, content: bytes | None) -> bytes | None:
    """Raises InvalidTag for what was altered."""
    return AESSIV(key).decrypt(bytes(content), [name.encode()]) if content else content


def blinded(secret: bytes, *said: str) -> str:
    """The same text for the same words; without the secret it tells nothing of them."""
    return hmac.new(secret, "\n".join(said).encode(), sha256).hexdigest()[:32]


def digits_of(phone: str) -> str:
    """What all ways to write a number have in common; "" for none."""
    return re.sub("[^0-9]", "", phone)[-SAME_NUMBER:]


def phone_hash(secret: bytes, tenant: str, phone: str) -> bytes | None:
    """By which a person's reports are found again; None for no number."""
    digits = digits_of(phone)
    if not digits:
        return None
    return hmac.new(secret, f"phone\n{tenant}\n{digits}".encode(), sha256).digest()


@dataclass
class Wrapping:
    """How keys lie in the database: wrapped with the master key, or bare where there is none.

    `secret` is that of the look-ups, once it was read.
    """

    master: bytes | None = field(default=None, repr=False)
    secret: bytes | None = field(default=None, repr=False)

    def wrap(self, key: bytes) -> bytes:
        return key if self.master is None else aes_key_wrap_with_padding(self.master, key)

    def unwrap(self, kept: bytes) -> bytes:
        """What was kept bare before there was a master key is read as it is.

        Raises StoreUnavailable without the right master key: nothing may go on without it.
        """
        if len(kept) == KEY_BYTES:
            return bytes(kept)
        if self.master is None:
            raise StoreUnavailable("its keys are wrapped: set SANBAN_SEALING_KEY")
        try:
            return aes_key_unwrap_with_padding(self.master, bytes(kept))
        except InvalidUnwrap as error:
            raise StoreUnavailable("SANBAN_SEALING_KEY is another than wrapped its keys") from error
