"""The tree and the signed notes (keys, their changes, checkpoints), by docs/VERIFY.md alone.

The second file of verify_export.py, to be kept beside it.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_BYTES, ID_BYTES, TALLEST = 32, 4, 62
LONGEST_NOTE, MOST_SIGNATURES, MOST_CHANGES = 1 << 14, 100, 1000
NUMBER = re.compile("0|[1-9][0-9]{0,19}")
HASH = re.compile("[0-9a-f]{64}")
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?"
UTC = re.compile(f"{_TIME}Z", re.ASCII)
OFFSET = re.compile(rf"{_TIME}(Z|[+-]\d\d:\d\d)", re.ASCII)


class Bad(ValueError):
    """The first bad place of the export."""


class Unsigned(Bad):
    """A note that no key in question has signed."""


def need(holds: object, what: str) -> None:
    if not holds:
        raise Bad(what)


def number(text: str) -> int:
    need(NUMBER.fullmatch(text), f"{text[:20]!r} is no number")
    return int(text)


def digest_of(text: str) -> bytes:
    need(HASH.fullmatch(text), f"{text[:20]!r} is no hash")
    return bytes.fromhex(text)


def instant(text: str, spelling: re.Pattern[str] = UTC) -> datetime:
    need(spelling.fullmatch(text), f"{text[:40]!r} is no instant")
    need(spelling is OFFSET or not text.endswith(".000000Z"), f"{text!r} is spelt otherwise")
    return datetime.fromisoformat(text)


def plain64(text: str) -> bytes:
    data = b64decode(text.encode(), validate=True)
    need(b64encode(data).decode() == text, "base64 is spelt otherwise")
    return data


def labelled(line: str, label: str) -> str:
    need(line.startswith(f"{label} ") and len(line) > len(label) + 1, f"no line of «{label}»")
    return line[len(label) + 1 :]


def plain(text: str) -> bool:
    return not any(each < " " and each != "\n" for each in text)


@cache
def key_of(text: str) -> tuple[str, str, bytes]:
    """Return the name, the id and the 32 bytes of a public key."""
    name, key_id, encoded = [*text.split("+", 2), "", ""][:3]
    need(name and plain(name) and not any(map(str.isspace, name)), "a key has no such name")
    raw = plain64(encoded)
    need(len(raw) == 1 + KEY_BYTES and raw[0] == 1, "the key is none of Ed25519")
    need(sha256(f"{name}\n".encode() + raw).digest()[:4].hex() == key_id, "the key has another id")
    return name, key_id, raw[1:]


def parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text of a note, and name and signature (with its id) of each line below."""
    need(
        len(note) <= LONGEST_NOTE and plain(note), "a note is short, and has no control characters"
    )
    text, blank, under = note.rpartition("\n\n")
    need(blank and under.endswith("\n"), "a note has a text, an empty line and signatures")
    lines = under[:-1].split("\n")
    need(len(lines) <= MOST_SIGNATURES, "a note has too many signatures")
    found = []
    for line in lines:
        need(line.startswith("\u2014 "), "that is no signature")
        name, _, encoded = line[2:].partition(" ")
        need(name and "+" not in name and not any(map(str.isspace, name)), "nobody has that name")
        found.append((name, plain64(encoded)))
        need(len(found[-1][1]) > ID_BYTES, "a signature is empty")
    return text + "\n", found


def signed(note: str, keys: Iterable[str]) -> tuple[str, list[str]]:
    """Return the text of a note, and those of the keys that have signed it."""
    text, found = parts(note)
    known = {key_of(key)[:2]: key for key in keys}
    signers = []
    for name, signature in found:
        key = known.get((name, signature[:4].hex()))
        if key is not None:
            try:
                public = Ed25519PublicKey.from_public_bytes(key_of(key)[2])
                public.verify(signature[4:], text.encode())
            except InvalidSignature:
                raise Bad("a signature is not over this text") from None
            signers.append(key)
    if not signers:
        raise Unsigned("signed by no known key")
    return text, signers


def lines_of(text: str, count: int) -> list[str]:
    *lines, rest = text.split("\n")
    need(not rest and len(lines) == count, f"{count} lines are expected")
    need(lines[0], "the origin is empty")
    return lines


def change_of(text: str) -> tuple[int, datetime, str, str, str]:
    """Return size, instant, old key, new key and journal of a change of keys."""
    origin, what, after, at, old, new = lines_of(text, 6)
    need(what == "key change", "that is no change of keys")
    size, moment = number(labelled(after, "after")), instant(labelled(at, "at"))
    return size, moment, labelled(old, "old"), labelled(new, "new"), origin


class Tree:
    """A Merkle tree, as height and root of its perfect subtrees, largest first."""

    def __init__(self) -> None:
        self.size, self.parts = 0, []

    def add(self, height: int, root: bytes) -> None:
        need(height <= TALLEST and self.size % (1 << height) == 0, "no such subtree begins here")
        self.size += 1 << height
        while self.parts and self.parts[-1][0] == height:
            root = sha256(b"\x01" + self.parts.pop()[1] + root).digest()
            height += 1
        self.parts.append((height, root))

    def root(self) -> bytes:
        root = self.parts[-1][1]
        for _, left in reversed(self.parts[:-1]):
            root = sha256(b"\x01" + left + root).digest()
        return root


class Keys:
    """Keys, each with the sizes of checkpoints that it signs: above the first, up to the second."""

    def __init__(self, trusted: str, changes: list[str]) -> None:
        need(len(changes) <= MOST_CHANGES, f"at most {MOST_CHANGES} changes of keys are read")
        order = sorted(changes, key=lambda note: change_of(parts(note)[0])[0])
        changes, known = [*dict.fromkeys(order)], {trusted: None}
        for note in reversed(changes):  # a trusted key vouches for the one it took over from
            try:
                text, signers = signed(note, known)
            except Unsigned:
                continue
            _, _, old, new, _ = change_of(text)
            key_of(new)
            if new in signers:
                key_of(old)
                known[old] = None
        self.spans = dict.fromkeys(known, (0, None))
        self.newest = (0, None)  # the rows that the last change counts, and its instant
        for note in changes:
            try:
                self.learn(note)
            except Unsigned:
                continue

    def learn(self, note: str) -> None:
        size, at, old, new, origin = change_of(signed(note, self.spans)[0])
        need(key_of(old) and key_of(new), "a key is none")
        _, signers = signed(note, (old, new))
        after, until = self.spans.get(old, (0, 0))
        hands_over = old in signers and until is None and after <= size
        if new not in signers or not (new in self.spans or hands_over):
            raise Unsigned("the keys have not agreed")
        need(key_of(new)[0] == origin, "the new key has another name than the journal")
        need(new != old and self.spans.get(new, (0, None))[1] is None, "a key is taken up again")
        if old in self.spans:
            self.spans[old] = (after, size)
        self.spans[new] = (size, None)
        self.newest = max(self.newest, (size, at), key=lambda one: one[0])

    def checkpoint(self, note: str) -> tuple[int, bytes, datetime, int]:
        """Return the size, the root, the instant and the last transaction of a checkpoint."""
        text, signers = signed(note, self.spans)
        origin, size, root, at, through = lines_of(text, 5)
        size, root, at = number(size), plain64(root), instant(labelled(at, "at"))
        need(len(root) == KEY_BYTES, "the root is no hash")
        spans = [self.spans[key] for key in signers if key_of(key)[0] == origin]
        speaks = any(after < size and (to is None or size <= to) for after, to in spans)
        need(speaks, f"no trusted key speaks for the checkpoint of {size} rows")
        return size, root, at, number(labelled(through, "through"))
