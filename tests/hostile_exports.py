"""Exports and notes that a hostile operator might hand to an auditor, and what they deserve."""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.audit.checkpoints import Checkpoint
from schemas.audit.exports import Consistency, OneChain, OneRow
from schemas.audit.signed_notes import PrivateKey, sign
from tests.exports import KEY, NEW_KEY, ORIGIN, THIEF, Journal, at, ended_anew, journal

PROVED, ALTERED, UNREADABLE, PARTLY = 0, 1, 2, 3


@dataclass(frozen=True)
class Handed:
    """What an auditor was given: a file, notes from elsewhere, and the verdict it deserves."""

    name: str
    verdict: int
    export: bytes
    notes: Sequence[bytes] = ()
    allow_newer: bool = False


def covered() -> Journal:
    """Make the usual journal without its last row, so that a checkpoint covers everything."""
    made = journal()
    made.remove("c", 2)
    made.heads["c"] = (1, made.row("c", 1).hash)
    return made


def cut(made: Journal, rows: int) -> Journal:
    """Return the journal with its first rows only, and all that would remember the others."""
    kept = made.in_order()[:rows]
    notes = [
        note for note, each in zip(made.notes, made.checkpoints(), strict=True) if each.size <= rows
    ]
    heads = {row.chain: (row.seq, row.hash) for row in kept}
    return Journal(kept, notes, made.changes, heads)


def outside(made: Journal) -> list[bytes]:
    return [note.encode() for note in (*made.notes, *made.changes)]


def set_back(export: bytes, instant: bytes = b"2026-11-24T08:00:00Z") -> bytes:
    """Return the export with another instant in its first line, which nobody signed."""
    return edited(export, rb"(?<=sanban-export\t1\t)[^\t]+", instant)


def edited(export: bytes, old: bytes, new: bytes) -> bytes:
    """Return the export with the first match of `old` replaced, and a fitting end."""
    changed, number = re.subn(old, lambda _: new, export, count=1, flags=re.MULTILINE)
    assert number == 1, old
    return ended_anew(changed.splitlines(keepends=True))


def saying(body: bytes, chain: str = "a") -> bytes:
    """Return an export whose only row has this body, with fitting hashes and signature."""
    made = Journal()
    made.append(1, chain)
    made.alter(chain, 1, body=body)
    made.rechain(chain)
    made.take(1)
    return made.export()


def respelt(export: bytes, packed: bytes) -> bytes:
    """Return the export with other bits at the end of this base64, which decode to nothing."""
    bare = packed.rstrip(b"=")
    other = bare[:-1] + bytes([bare[-1] + 1]) + packed[len(bare) :]
    return ended_anew(export.replace(packed, other).splitlines(keepends=True))


def signed_of(size: int, root: bytes, key: PrivateKey = KEY, at_minute: int = 2000) -> bytes:
    text = Checkpoint(ORIGIN, size, root, at(at_minute), 5000).text()
    return sign(text, key).encode()


def ends() -> Iterator[Handed]:
    made = covered()
    all_notes = outside(made)
    short, none = cut(made, 10).export(), cut(made, 0).export()
    yield Handed("whole", PROVED, made.export(), all_notes)
    yield Handed("whole, nothing from elsewhere", PROVED, made.export())
    yield Handed("a row under no checkpoint", PARTLY, journal().export(), all_notes)
    for name, export in (("the end", short), ("everything", none)):
        yield Handed(f"{name} is cut", ALTERED, export, all_notes)
        yield Handed(f"{name} is cut, allowed", ALTERED, export, all_notes, allow_newer=True)
        yield Handed(f"{name} is cut and set back", ALTERED, set_back(export), all_notes)
        old = set_back(export)
        yield Handed(f"{name}, said to be older, allowed", PARTLY, old, all_notes, allow_newer=True)
    made.change_key(NEW_KEY)
    change = [note.encode() for note in made.changes]
    yield Handed("a change of keys knows of more", ALTERED, set_back(short), change)
    part = covered().export(OneChain("c"))
    yield Handed("a part", PROVED, part, all_notes)
    unsigned = cut(covered(), 10).export(OneChain("a"))
    invented = edited(
        unsigned, rb"^head", b"skip\t1\t" + b"0" * 64 + b"\nskip\t2\t" + b"1" * 64 + b"\nhead"
    )
    yield Handed("a part whose end is invented", ALTERED, invented, all_notes)
    yield Handed("two checkpoints", PROVED, covered().export(Consistency(5, 10)), all_notes)
    yield Handed(
        "one row that is not here",
        ALTERED,
        edited(covered().export(OneRow("b", 3)), rb"row\tb\t3", b"row\tb\t9"),
    )
    yield Handed("a chain that is not here", ALTERED, covered().export(OneChain("nowhere")))


def notes() -> Iterator[Handed]:
    made = covered()
    export = made.export()
    fork = signed_of(20, bytes(32)), signed_of(20, bytes([1] * 32))
    yield Handed("a newer note", ALTERED, export, fork[:1])
    yield Handed("a newer note, allowed", PARTLY, export, fork[:1], allow_newer=True)
    yield Handed("two roots for one size, beyond", ALTERED, export, fork, allow_newer=True)
    inside = signed_of(9, bytes(32)), signed_of(9, bytes([1] * 32))
    yield Handed("two roots for one size, left out", ALTERED, made.export(OneChain("c")), inside)
    yield Handed("another root", ALTERED, export, inside[:1])
    kept = made.notes[0].encode()
    for name, note in {
        "CRLF": kept.replace(b"\n", b"\r\n"),
        "not UTF-8": kept + b"\xff",
        "nothing": b"",
        "2 MB": kept * 8000,
        "of a thief": signed_of(13, bytes(32), THIEF),
        "without a signature": kept.partition(b"\n\n")[0] + b"\n\n",
        "with 101 signatures": kept + kept.rpartition(b"\n\n")[2] * 100,
        "with a hyphen": kept.replace("— ".encode(), b"- "),
        "ESC": kept.replace(b"town", b"\x1b[2Jtown"),
    }.items():
        yield Handed(f"a note: {name}", ALTERED, export, [note])
    size = "9" * 5000
    text = (
        f"{ORIGIN}\n{size}\n{b64encode(bytes(32)).decode()}\nat 2026-11-24T09:40:00Z\nthrough 1\n"
    )
    yield Handed("a note of 5,000 digits", ALTERED, export, [sign(text, KEY).encode()])
    for name, changed in {
        "leading zero": text.replace(size, "05"),
        "a root with other last bits": text.replace(size, "5").replace("AAA=", "AAB="),
        "lower-case z": text.replace(size, "5").replace("00Z", "00z"),
        "30 February": text.replace(size, "5").replace("11-24", "02-30"),
        "a line more": text.replace(size, "5") + "more\n",
        "no rows": text.replace(size, "0"),
    }.items():
        yield Handed(f"a note with {name}", ALTERED, export, [sign(changed, KEY).encode()])


def keys() -> Iterator[Handed]:
    made = covered()
    made.change_key(NEW_KEY)
    made.append(200, "d", 3)
    made.take(200)
    changes, made.changes = made.changes, []
    change = changes[0].encode()
    yield Handed("a change of keys unknown", ALTERED, made.export())
    yield Handed("a change of keys among the notes", PROVED, made.export(), [change])
    yield Handed("that change twice", PROVED, made.export(), [change, change])
    only_new = [sign(changes[0].partition("\n\n")[0] + "\n", NEW_KEY)]
    yield Handed(
        "a change the old key did not sign", ALTERED, made.export(), [only_new[0].encode()]
    )
    made.changes = changes
    yield Handed("a change of keys", PROVED, made.export())
    for kind in ("key", "checkpoint"):
        packed = re.search(rb"(?<=^%b\t).+=$" % kind.encode(), made.export(), re.MULTILINE)
        assert packed is not None, kind
        yield Handed(f"a {kind} in other base64", ALTERED, respelt(made.export(), packed[0]))
    many = made.export().splitlines(keepends=True)
    yield Handed("1,001 changes", ALTERED, ended_anew([many[0], *many[1:2] * 1001, *many[2:]]))
