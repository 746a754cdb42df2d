"""Signed notes: a text with Ed25519 signatures under it (https://c2sp.org/signed-note).

Keys are written as in Go's golang.org/x/mod/sumdb/note, whose tools read and write the same notes.
Trust no text before `opened` has found the signature of a known key.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from typing_extensions import override

ED25519 = b"\x01"
KEY_BYTES = 32
ID_BYTES = 4
SIGNATURE_BYTES = 64
MOST_SIGNATURES = 100
"""How many signatures a note may have. The format requires at least 16 to be accepted."""
LONGEST_NOTE = 1 << 14
"""How many characters of a note are read."""

_DASH = "\u2014 "
_PRIVATE = "PRIVATE+KEY+"


class NoteError(ValueError):
    """A note that cannot be relied on."""


class Malformed(NoteError):
    """A text that is not a note or a key of this format."""


class Forged(NoteError):
    """A signature that names a known key, which did not sign this text."""


class Unsigned(NoteError):
    """None of the known keys has signed."""


@dataclass(frozen=True)
class PublicKey:
    """A key that verifies. `raw`: 32 bytes, encoded as in RFC 8032."""

    name: str
    raw: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.raw) != KEY_BYTES:
            raise Malformed(f"a public key has {KEY_BYTES} bytes, not {len(self.raw)}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse `name+id+key`. Raises Malformed."""
        name, id_, raw = _key_parts(text, "a public key")
        key = cls(name, raw)
        if key.id.hex() != id_:
            raise Malformed(f"the id of {name}'s key is {key.id.hex()}, not {id_}")
        return key

    @cached_property
    def id(self) -> bytes:
        """Four bytes that select the key together with its name. They prove nothing."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:ID_BYTES]

    @override
    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(ED25519 + self.raw)}"

    def signed(self, text: str, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class PrivateKey:
    """A key that signs. `seed`: 32 bytes, the private key of RFC 8032; never printed."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.seed) != KEY_BYTES:
            raise Malformed(f"a private key has {KEY_BYTES} bytes, not {len(self.seed)}")

    @classmethod
    def generate(cls, name: str) -> Self:
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse the text that `secret` returns. Raises Malformed, which does not quote the key."""
        if not text.startswith(_PRIVATE):
            raise Malformed(f"a private key begins with {_PRIVATE}")
        name, id_, seed = _key_parts(text.removeprefix(_PRIVATE), "a private key")
        key = cls(name, seed)
        if key.public.id.hex() != id_:
            raise Malformed(f"the id of {name}'s private key does not fit the key")
        return key

    def secret(self) -> str:
        """Return the text of the key, for its file."""
        return f"{_PRIVATE}{self.name}+{self.public.id.hex()}+{_base64(ED25519 + self.seed)}"

    @cached_property
    def public(self) -> PublicKey:
        return PublicKey(self.name, self._key.public_key().public_bytes_raw())

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def signature_line(self, text: str) -> str:
        signature = self._key.sign(text.encode())
        return f"{_DASH}{self.name} {_base64(self.public.id + signature)}\n"


@dataclass(frozen=True, slots=True)
class Opened:
    """A verified text, and the known keys that signed it: at least one, in the note's order."""

    text: str
    signers: tuple[PublicKey, ...]


def sign(text: str, *keys: PrivateKey) -> str:
    """Return the note: `text`, which ends in a newline, and the signature of each key.

    Raises Malformed for a text that a note cannot contain.
    """
    _check_text(text)
    if not text.endswith("\n") or not keys:
        raise Malformed("a note has a text that ends in a newline, and at least one signature")
    return f"{text}\n{''.join(key.signature_line(text) for key in keys)}"


def opened(note: str, known: Iterable[PublicKey]) -> Opened:
    """Verify a note and return its text. Signatures of unknown keys are ignored.

    Raises Malformed, Forged, Unsigned.
    """
    text, signatures = _parts(note)
    keys = {(key.name, key.id): key for key in known}
    signers: dict[PublicKey, None] = {}  # a set that keeps the order
    for name, id_, signature in signatures:
        key = keys.get((name, id_))
        if key is None:
            continue
        if not key.signed(text, signature):
            raise Forged(f"the signature of {name} ({id_.hex()}) is not over this text")
        signers[key] = None
    if not signers:
        names = ", ".join(f"{name} ({id_.hex()})" for name, id_, _ in signatures)
        raise Unsigned(f"signed by no known key, but by {names}")
    return Opened(text, tuple(signers))


def text_of(note: str) -> str:
    """Return the unverified text, only to choose the keys to verify it with. Raises Malformed."""
    return _parts(note)[0]


def _parts(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Return the text, and (name, key id, signature) of each line under it."""
    if len(note) > LONGEST_NOTE:
        raise Malformed(f"a note has at most {LONGEST_NOTE} characters")
    _check_text(note)
    # The last empty line separates them: a text may have others.
    text, blank, under = note.rpartition("\n\n")
    if not blank or not under.endswith("\n"):
        raise Malformed("no text, blank line and signatures, each line ending in a newline")
    lines = under.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Malformed(f"{len(lines)} signatures, at most {MOST_SIGNATURES} are read")
    return f"{text}\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    if not line.startswith(_DASH):
        raise Malformed("a signature line begins with an em dash and a space")
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    _check_name(name)
    signature = _decoded(encoded, f"the signature of {name}")
    if not space or len(signature) <= ID_BYTES:
        raise Malformed(f"the signature of {name} is empty")
    return name, signature[:ID_BYTES], signature[ID_BYTES:]


def _key_parts(text: str, what: str) -> tuple[str, str, bytes]:
    """Split `name+id+key`; the base64 of the key may contain a + as well."""
    name, _, rest = text.partition("+")
    id_, _, encoded = rest.partition("+")
    if not id_ or not encoded:
        raise Malformed(f"{what} is written as name+id+key")
    key = _decoded(encoded, f"the key of {name}")
    if key[:1] != ED25519:
        raise Malformed(f"the key of {name} is none of Ed25519")
    return name, id_, key[1:]


def _check_name(name: str) -> None:
    if not name or "+" in name or any(each.isspace() or each < " " for each in name):
        raise Malformed("the name of a key is not empty, and has neither spaces nor +")
    _check_text(name)


def _check_text(text: str) -> None:
    if any(each < " " and each != "\n" for each in text):
        raise Malformed("a note has no control characters but the newline")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Malformed("not valid Unicode") from error


def _decoded(encoded: str, what: str) -> bytes:
    try:
        decoded = b64decode(encoded, validate=True)
    except ValueError as error:
        raise Malformed(f"{what} is not base64") from error
    if _base64(decoded) != encoded:
        raise Malformed(f"{what} is not spelt as base64 is")
    return decoded


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
