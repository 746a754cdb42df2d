"""Verifies an export of a Sanban journal, by docs/VERIFY.md alone.

    pip install cryptography
    python verify_export.py EXPORT PUBLIC_KEY [NOTE ...]

It shares no code with Sanban, so that an auditor need not trust Sanban. PUBLIC_KEY is the text of
the first key that signed (or of the only one); NOTE is a file with a checkpoint kept elsewhere.
Exit code 0: nothing was altered; 1: something was, and the output names the first bad place.
"""

import gzip
import json
import sys
import zlib
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

INTACT, ALTERED, USAGE = 0, 1, 2
GZIP = b"\x1f\x8b"
ORDER = ("key", "row", "head", "end")
PLACE = {"from": "row", "skip": "row", "checkpoint": "row"}


class Bad(Exception):
    """The first bad place of the export."""


UNREADABLE = (
    Bad,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
    zlib.error,
)


def need(holds: bool, what: str) -> None:
    if not holds:
        raise Bad(what)


class Tree:
    """A Merkle tree, as the roots of its perfect subtrees, largest first, each with its height."""

    def __init__(self) -> None:
        self.size, self.parts = 0, []

    def add(self, height: int, root: bytes) -> None:
        need(self.size % (1 << height) == 0, "no subtree of that height begins here")
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

    def __init__(self, trusted: str) -> None:
        self.spans = {trusted: (0, None)}

    def learn(self, note: str) -> None:
        _, what, after, _, old, new = note.split("\n")[:6]
        size, old, new = int(after.split()[1]), old[len("old ") :], new[len("new ") :]
        _, signers = signed(note, (old, new))
        need(what == "key change" and new in signers, "a key that has not agreed to take over")
        if old in signers and self.spans.get(old, (0, 0))[1] is None:
            self.spans |= {old: (self.spans[old][0], size), new: (size, None)}

    def checkpoint(self, note: str) -> tuple[int, bytes, int]:
        """Return the size, the root, and the last transaction of a checkpoint."""
        text, signers = signed(note, self.spans)
        origin, size, root, _, through = text.splitlines()
        spans = [self.spans[key] for key in signers if key.split("+")[0] == origin]
        speaks = [1 for after, to in spans if after < int(size) and (to is None or int(size) <= to)]
        need(bool(speaks), f"no trusted key speaks for the checkpoint of {size} rows")
        return int(size), b64decode(root), int(through.split()[1])


def signed(note: str, keys: object) -> tuple[str, list[str]]:
    """Return the text of a note, and the keys that have signed it."""
    text, _, under = note.rpartition("\n\n")
    text, signers = text + "\n", []
    for line in under.splitlines():
        _, name, encoded = line.split(" ")
        signature = b64decode(encoded)
        for key in keys:
            key_name, key_id, raw = key.split("+", 2)
            raw = b64decode(raw)
            fits = sha256(f"{key_name}\n".encode() + raw).digest()[:4].hex() == key_id
            if fits and (key_name, key_id) == (name, signature[:4].hex()):
                Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signature[4:], text.encode())
                signers.append(key)
    return text, signers


class Verifier:
    def __init__(self, key: str, notes: list[str]) -> None:
        self.keys, self.tree, self.heads, self.notes = Keys(key), Tree(), {}, notes
        self.rows, self.checkpoints, self.elsewhere = 0, 0, {}
        self.part, self.last, self.digest = "key", (0, b"", 0), sha256()

    def line(self, line: bytes) -> None:
        kind, *fields = line.split(b"\t", 5)
        name = kind.decode()
        part = PLACE.get(name, name)
        need(part in ORDER and ORDER.index(part) >= ORDER.index(self.part), f"{name} stands here")
        if self.part == "key" and part != "key":
            known = [self.keys.checkpoint(note) for note in self.notes]
            self.elsewhere = {size: root for size, root, _ in known}
        self.part = part
        getattr(self, f"on_{name}")(*fields)
        self.digest.update(line + b"\n")
        if part == "row" and self.tree.size in self.elsewhere:
            need(self.elsewhere[self.tree.size] == self.tree.root(), "another root is elsewhere")

    def on_key(self, note: bytes) -> None:
        self.keys.learn(b64decode(note).decode())

    def on_from(self, chain: bytes, seq: bytes, last: bytes) -> None:
        need(not self.whole and chain not in self.heads, "a chain begins here")
        self.heads[chain] = (int(seq), bytes.fromhex(last.decode()))

    def on_skip(self, height: bytes, root: bytes) -> None:
        need(not self.everything, "rows are left out")
        self.tree.add(int(height), bytes.fromhex(root.decode()))

    def on_row(self, xid: bytes, chain: bytes, seq: bytes, stated: bytes, body: bytes) -> None:
        genesis = sha256(b"genesis:" + chain).digest()
        before, previous = self.heads.get(chain, (0, genesis))
        found, place = sha256(previous + body).digest(), (int(xid), chain, int(seq))
        where = f"{chain.decode()} row {int(seq)}"
        need(int(seq) == before + 1, f"{where}: comes after row {before}")
        need(found.hex() == stated.decode(), f"{where}: the hash is {found.hex()}")
        need(place > self.last, f"{where}: is out of order")
        said = json.loads(body)
        of = said.get("chain", said.get("case"))
        need((of, said["seq"]) == (chain.decode(), int(seq)), f"{where}: says that it is another")
        self.heads[chain], self.last = (int(seq), found), place
        self.tree.add(0, sha256(b"\x00" + found).digest())
        self.rows += 1

    def on_checkpoint(self, note: bytes) -> None:
        size, root, through = self.keys.checkpoint(b64decode(note).decode())
        need(size == self.tree.size, f"a checkpoint of {size} rows stands after {self.tree.size}")
        need(root == self.tree.root(), f"the root of the checkpoint of {size} rows is another")
        need(self.last[0] <= through, f"a row is later than the checkpoint of {size} rows")
        self.last = (through, b"\xff", 0)  # behind every row of it
        self.checkpoints += 1

    def on_head(self, chain: bytes, seq: bytes, last: bytes) -> None:
        found = self.heads.pop(chain, (0, b""))
        head = (int(seq), bytes.fromhex(last.decode()))
        need(found == head, f"{chain.decode()}: its last row here is {found[0]}, not {head[0]}")

    def on_end(self, rows: bytes, digest: bytes) -> None:
        need(not self.whole or not self.heads, "a chain has no head")
        need(int(rows) == self.rows, f"{int(rows)} rows were written")
        need(digest.decode() == self.digest.hexdigest(), "the bytes before are others")
        beyond = max(self.elsewhere, default=0)
        need(beyond <= self.tree.size, f"there were {beyond} rows, here are {self.tree.size}")

    def file(self, path: str) -> None:
        with Path(path).open("rb") as start:
            opener = gzip.open if start.read(2) == GZIP else open
        with opener(path, "rb") as lines:
            number = 0
            try:
                for line in lines:
                    number += 1
                    need(self.part != "end" and line.endswith(b"\n"), "the export breaks off here")
                    self.header(line) if number == 1 else self.line(line[:-1])
                need(self.part == "end", "the export breaks off behind this")
                need(bool(self.checkpoints or not self.rows), "no checkpoint covers these rows")
            except InvalidSignature:
                raise Bad(f"line {number}: a signature is not over this text") from None
            except UNREADABLE as error:
                raise Bad(f"line {number}: {error}") from error

    def header(self, line: bytes) -> None:
        name, version, _, asked, *_ = line.decode().rstrip("\n").split("\t")
        need((name, version) == ("sanban-export", "1"), "this is no export of version 1")
        self.everything, self.whole = asked == "everything", asked in {"everything", "chain"}
        self.digest.update(line)


def main(arguments: list[str]) -> int:
    match arguments:
        case [export, key, *notes]:
            pass
        case _:
            print(__doc__, file=sys.stderr)
            return USAGE
    verifier = Verifier(key, [Path(note).read_text(encoding="utf-8") for note in notes])
    try:
        verifier.file(export)
    except Bad as bad:
        print(f"ALTERED: {bad}")
        return ALTERED
    print(f"intact: {verifier.rows} rows, {verifier.checkpoints} checkpoints")
    return INTACT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
