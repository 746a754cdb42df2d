"""The cryptography of sealed texts, keys and look-ups (docs/adr/0021-sealing.md).

AES-SIV is deterministic: the same text under the same key gives the same bytes, so a repeated
command writes the same journal row. A sealed text that was altered, or moved to another case, does
not open.
"""

import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap_with_padding,
)

from domain.privacy.sealed import ERASED, says_nothing, sealed_text
from store.errors import StoreUnavailable

KEY_BYTES = 64
"""AES-256 in SIV mode takes two keys of 32 bytes."""
MASTER_BYTES = 32

SAME_NUMBER = 11
"""How many last digits identify a phone number: the same with 0, 0086 or +86 before it."""


_SHORTEST_NUMBER = 5
_BETWEEN_NUMBERS = re.compile("[^0-9+(). -]+")
"""What is in no single number; all that was a number before 0573-80000000转8012 was taken."""


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes | None, key_id: str, text: str) -> str:
    """Seal a text under a key; a destroyed key (None) gives ERASED.

    A text that says nothing stays as it is: rules ask for words, and see no sealed ones.
    """
    if says_nothing(text):
        return text
    if key is None:
        return ERASED
    return sealed_text(key_id, AESSIV(key).encrypt(text.encode(), [key_id.encode()]))


def unseal(key: bytes, key_id: str, content: bytes) -> str | None:
    """Return the text, or None if it was not sealed with this key or was altered since."""
    try:
        return AESSIV(key).decrypt(content, [key_id.encode()]).decode()
    except (InvalidTag, ValueError):
        return None


def seal_bytes(key: bytes, name: str, content: bytes | None) -> bytes | None:
    """Seal a part of a parked record, whose key has this name. None and empty stay as they are."""
    return AESSIV(key).encrypt(content, [name.encode()]) if content else content


def unseal_bytes(key: bytes, name: str, content: bytes | None) -> bytes | None:
    """Undo `seal_bytes`. Raises InvalidTag if the content was altered."""
    return AESSIV(key).decrypt(bytes(content), [name.encode()]) if content else content


def blinded(secret: bytes, *said: str) -> str:
    """Return a keyed hash: the same for the same words, and useless without the secret."""
    return hmac.new(secret, "\n".join(said).encode(), sha256).hexdigest()[:32]


def digits_of(phone: str) -> str:
    """Return the digits that all spellings of a phone number share; "" if it has none.

    Of a text such as `0573-80000000转8012` they are those of the first number; an extension does
    not count.
    """
    text = unicodedata.normalize("NFKC", phone)  # full-width digits are digits
    numbers = [re.sub("[^0-9]", "", part) for part in _BETWEEN_NUMBERS.split(text)]
    long = [number for number in numbers if len(number) >= _SHORTEST_NUMBER]
    return (long[0] if long else "".join(numbers))[-SAME_NUMBER:]


def phone_hash(secret: bytes, tenant: str, phone: str) -> bytes | None:
    """Return the keyed hash by which a person's reports are found; None without a number."""
    digits = digits_of(phone)
    if not digits:
        return None
    return hmac.new(secret, f"phone\n{tenant}\n{digits}".encode(), sha256).digest()


def follow_digest(key: bytes, tenant: str, case_id: str) -> bytes:
    """Return the keyed hash of which a follow code is made (domain/privacy/follow_codes.py)."""
    return hmac.new(key, f"follow\n{tenant}\n{case_id}".encode(), sha256).digest()


@dataclass
class Wrapping:
    """Wraps the keys that the database keeps; without a master key they are kept bare.

    `secret` caches the secret of the look-ups after it was read.
    """

    master: bytes | None = field(default=None, repr=False)
    secret: bytes | None = field(default=None, repr=False)

    def wrap(self, key: bytes) -> bytes:
        return key if self.master is None else aes_key_wrap_with_padding(self.master, key)

    def unwrap(self, kept: bytes) -> bytes:
        """Return the key. One that was kept bare, before there was a master key, is returned as is.

        Raises StoreUnavailable without the right master key, so that no process works without it.
        """
        if len(kept) == KEY_BYTES:
            return bytes(kept)
        if self.master is None:
            raise StoreUnavailable("its keys are wrapped: set SANBAN_SEALING_KEY")
        try:
            return aes_key_unwrap_with_padding(self.master, bytes(kept))
        except InvalidUnwrap as error:
            raise StoreUnavailable("SANBAN_SEALING_KEY is another than wrapped its keys") from error
