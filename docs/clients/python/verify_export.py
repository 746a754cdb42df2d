"""Verifies an export of a Sanban journal, by docs/VERIFY.md alone.

    pip install cryptography
    python verify_export.py [--allow-newer] EXPORT PUBLIC_KEY [NOTE ...]

It shares no code with Sanban; signed_notes.py belongs beside it. PUBLIC_KEY is the text of a key
that signed; NOTE is a note kept elsewhere, or a directory of .note files. Exit code 0: every row is
proved; 1: something was altered, and the output names the first bad place; 2: not readable; 3:
nothing was altered, and not every row of the export is proved.
"""

import gzip
import json
import sys
import zlib
from hashlib import sha256
from pathlib import Path

from signed_notes import (
    LONGEST_NOTE,
    MOST_CHANGES,
    OFFSET,
    Bad,
    Keys,
    Tree,
    change_of,
    digest_of,
    instant,
    key_of,
    need,
    number,
    parts,
    plain64,
)

INTACT, ALTERED, USAGE, PARTLY = 0, 1, 2, 3
GZIP = b"\x1f\x8b"
LONGEST_LINE, LONGEST_CHAIN, MOST_LEVELS = 1 << 21, 1000, 201
ORDER = ("key", "row", "head", "end")
FIELDS = {"key": 1, "from": 3, "skip": 2, "row": 5, "checkpoint": 1, "head": 3, "end": 2}


class Unreadable(Exception):
    """What is no export, no key, or no file."""


def whole(digits: str) -> int:
    need(abs(int(digits)) < 1 << 53, "a number is too large")
    return int(digits)


def fraction(_: str) -> None:
    raise Bad("a number is not whole")


def body_of(body: bytes) -> dict[str, object]:
    """Parse a body; it must be spelt as the journal spells it, which has no key twice."""
    said = json.loads(body.decode(), parse_int=whole, parse_float=fraction, parse_constant=fraction)
    need(isinstance(said, dict), "the body is no JSON object")
    level, levels = [said], 0
    while level:
        levels += 1
        need(levels <= MOST_LEVELS, "the JSON is too deep")
        inside = (each.values() if isinstance(each, dict) else each for each in level)
        level = [one for each in inside for one in each if isinstance(one, dict | list)]
    spelt = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    need(spelt == body, "the JSON is spelt otherwise")
    return said


class Verifier:
    def __init__(self, key: str, notes: list[str], *, allow_newer: bool = False) -> None:
        self.key, self.notes, self.allow_newer = key, notes, allow_newer
        self.tree, self.heads, self.changes, self.elsewhere = Tree(), {}, [], []
        self.rows = self.covered = self.checkpoints = self.signed = 0
        self.agreed = self.passed = self.later = 0
        self.part, self.last, self.digest = "key", (0, b"", 0), sha256()
        self.asked, self.missing_after, self.count = [], 0, 0

    @property
    def partly(self) -> bool:
        return self.covered < self.rows or self.later > 0 or (self.passed > 0 and not self.agreed)

    def begin(self) -> None:
        """Read the notes from elsewhere, once all changes of keys in the export are known."""
        texts = [parts(note)[0] for note in self.notes]
        changing = [text.split("\n")[1:2] == ["key change"] for text in texts]
        changes = [note for note, change in zip(self.notes, changing, strict=True) if change]
        self.keys, roots = Keys(self.key, self.changes + changes), {}
        for note, change in dict.fromkeys(zip(self.notes, changing, strict=True)):
            if not change:
                size, root, at, _ = self.keys.checkpoint(note)
                need(roots.setdefault(size, root) == root, f"two roots for {size} rows")
                self.elsewhere.append((size, at, root))
        self.elsewhere.sort(key=lambda one: -one[0])

    def line(self, line: bytes) -> None:
        kind, *fields = line.split(b"\t", 5 if line.startswith(b"row\t") else -1)
        name = kind.decode()
        need(name in FIELDS, "that is no line of an export")
        part = name if name in ORDER else "row"
        need(ORDER.index(part) >= ORDER.index(self.part), f"{name} stands here")
        if self.part == "key" and part != "key":
            self.begin()
        self.part = part
        need(len(fields) == FIELDS[name], f"a {name} has {FIELDS[name]} fields")
        body = fields.pop() if name == "row" else b""
        texts = [each.decode() for each in fields]
        getattr(self, f"on_{name}")(*texts, *([body] if name == "row" else []))
        self.digest.update(line + b"\n")

    def on_key(self, note: str) -> None:
        note = plain64(note).decode()
        change_of(parts(note)[0])
        need(len(self.changes) < MOST_CHANGES, "there are too many changes of keys")
        self.changes.append(note)

    def on_from(self, chain: str, seq: str, last: str) -> None:
        need(not self.whole and chain not in self.heads, "a chain begins here")
        need(0 < len(chain.encode()) <= LONGEST_CHAIN, "a chain has no such name")
        need(number(seq) > 0, "a chain that begins with row 1 has no row before")
        self.heads[chain] = (number(seq), digest_of(last))

    def on_skip(self, height: str, root: str) -> None:
        need(self.asked[0] != "everything", "rows are left out")
        self.tree.add(number(height), digest_of(root))
        self.meet()

    def on_row(self, xid: str, chain: str, seq: str, stated: str, body: bytes) -> None:
        need(0 < len(chain.encode()) <= LONGEST_CHAIN, "a chain has no such name")
        genesis = sha256(b"genesis:" + chain.encode()).digest()
        before, previous = self.heads.get(chain, (0, genesis))
        found, place = sha256(previous + body).digest(), (number(xid), chain.encode(), number(seq))
        where = f"{chain[:80]} row {place[2]}"
        need(place[2] == before + 1, f"{where}: comes after row {before}")
        need(found == digest_of(stated), f"{where}: the hash is {found.hex()}")
        need(place > self.last, f"{where}: is out of order")
        said = body_of(body)
        need(said.get("chain", said.get("case")) == chain, f"{where}: says that it is another")
        need(type(said.get("seq")) is int and said["seq"] == place[2], f"{where}: has another seq")
        match self.asked:
            case ["chain", name] | ["row", name, _]:
                need(name == chain, f"{where}: was not asked for")
            case ["period", since, until]:
                need(isinstance(said.get("at"), str), f"{where}: states no instant")
                at = instant(said["at"], OFFSET)
                need(instant(since) <= at < instant(until), f"{where}: is not of the period")
        need(self.asked[0] != "checkpoints", f"{where}: was not asked for")
        need(self.asked[0] != "row" or number(self.asked[2]) == place[2], f"{where}: is another")
        self.heads[chain], self.last = (place[2], found), place
        self.tree.add(0, sha256(b"\x00" + found).digest())
        self.rows += 1
        self.meet()

    def meet(self) -> None:
        """Compare the checkpoints from elsewhere whose size was reached or passed."""
        while self.elsewhere and self.elsewhere[-1][0] <= self.tree.size:
            size, at, root = self.elsewhere.pop()
            if size < self.tree.size:
                self.passed, self.beyond = self.passed + 1, (size, at)
                continue
            need(root == self.tree.root(), "another root is elsewhere: the journal was rewritten")
            self.agreed, self.covered, self.signed = self.agreed + 1, self.rows, size

    def on_checkpoint(self, note: str) -> None:
        size, root, _, through = self.keys.checkpoint(plain64(note).decode())
        need(size == self.tree.size, f"a checkpoint of {size} rows stands after {self.tree.size}")
        need(root == self.tree.root(), f"the root of the checkpoint of {size} rows is another")
        need(self.last[0] <= through, f"a row is later than the checkpoint of {size} rows")
        self.last = (through, b"\xff", 0)  # behind every row of it
        self.checkpoints, self.covered, self.signed = self.checkpoints + 1, self.rows, size

    def on_head(self, chain: str, seq: str, last: str) -> None:
        found = self.heads.pop(chain, (0, b""))
        head = (number(seq), digest_of(last))
        need(found == head, f"{chain[:80]}: its last row here is {found[0]}, not {head[0]}")

    def on_end(self, rows: str, digest: str) -> None:
        need(not self.whole or not self.heads, "a chain has no head")
        need(number(rows) == self.rows, f"{rows} rows were written")
        need(digest_of(digest) == self.digest.digest(), "the bytes before are others")
        self.compare(self.asked[0])

    def compare(self, asked: str) -> None:
        """Compare what was read with what was asked for, and with what the notes know of."""
        need(self.checkpoints or self.agreed or not self.rows, "no checkpoint covers these rows")
        need(self.rows or asked not in {"row", "chain"}, "no row that was asked for is here")
        need(asked != "checkpoints" or self.checkpoints > 1, "two checkpoints are not both here")
        beyond = [(size, at, self.tree.size) for size, at, _ in reversed(self.elsewhere)]
        if self.passed and asked != "checkpoints" and self.beyond[0] > self.signed:
            beyond.insert(0, (*self.beyond, self.signed))  # no signature is over what is skipped
        if self.keys.newest[0] > self.tree.size:
            beyond.append((*self.keys.newest, self.tree.size))
        for size, at, here in beyond:
            missing = f"there were {size} rows, rows after {here} are not here"
            need(self.allow_newer and at > self.at, missing)
            self.later, self.missing_after = self.later + 1, here

    def file(self, path: str) -> None:
        """Verify a file. Raises Bad, or Unreadable if it is no export."""
        with Path(path).open("rb") as start:
            opener = gzip.open if start.read(2) == GZIP else open
        try:
            with opener(path, "rb") as lines:
                while line := lines.readline(LONGEST_LINE + 1):
                    self.count += 1
                    need(self.part != "end", "something follows the end")
                    need(line.endswith(b"\n"), "the export breaks off here, or a line is too long")
                    self.line(line[:-1]) if self.asked else self.header(line)
                need(self.part == "end", "the export breaks off behind this")
        except (Bad, EOFError, gzip.BadGzipFile, RecursionError, ValueError, zlib.error) as error:
            if not self.asked:
                raise Unreadable(f"{path}: {error}") from error
            raise Bad(f"line {self.count}: {error}") from error

    def header(self, line: bytes) -> None:
        name, version, at, *asked = line.decode().removesuffix("\n").split("\t")
        need((name, version) == ("sanban-export", "1"), "this is no export of version 1")
        match asked:
            case ["everything"] | ["chain", _]:
                pass
            case ["row", _, one] | ["checkpoints", one, _]:
                number(one)
                number(asked[2] if asked[0] == "checkpoints" else one)
            case ["period", since, until]:
                need(instant(since) and instant(until), "no period was asked for")
            case _:
                raise Bad("the first line does not say what was exported")
        self.at, self.asked = instant(at), asked
        self.whole = asked[0] in {"everything", "chain"}
        self.digest.update(line)


def notes_of(place: Path) -> list[str]:
    paths = sorted(place.glob("*.note")) if place.is_dir() else [place]
    if not paths:
        raise Unreadable(f"{place} has no .note files")
    found = []
    for path in paths:
        with path.open("rb") as file:
            found.append(file.read(LONGEST_NOTE + 1).decode(errors="replace"))
    return found


def printable(text: str) -> str:
    """Return a text from a hostile file in a form that cannot act on a terminal."""
    return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text[:300])


def unreadable(error: Exception) -> int:
    print(f"cannot verify: {printable(str(error))}", file=sys.stderr)
    return USAGE


def main(arguments: list[str]) -> int:
    sys.stdout.reconfigure(errors="backslashreplace")  # stderr is so already
    allow_newer = arguments[:1] == ["--allow-newer"]
    match arguments[allow_newer:]:
        case [export, key, *places]:
            pass
        case _:
            print(__doc__, file=sys.stderr)
            return USAGE
    try:
        key_of(key := key.strip())
        notes = [note for place in places for note in notes_of(Path(place))]
        verifier = Verifier(key, notes, allow_newer=allow_newer)
    except (Unreadable, OSError, ValueError) as error:
        return unreadable(error)
    try:
        verifier.file(export)
    except Bad as bad:
        print(f"ALTERED: {printable(str(bad))}")
        return ALTERED
    except (Unreadable, OSError) as error:
        return unreadable(error)
    partly = ", but only partly proved" if verifier.partly else ""
    print(f"intact{partly}: {verifier.rows} rows, {verifier.checkpoints} checkpoints")
    if verifier.later:
        print(f"rows after {verifier.missing_after} are not here")
    return PARTLY if verifier.partly else INTACT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
