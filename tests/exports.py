"""A small journal as a database has it, to be altered and exported."""

import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from domain.audit.checkpoints import Checkpoint, KeyChange, checkpoint_of
from domain.audit.hash_chain import canonical, genesis, link
from domain.audit.merkle import Edge
from schemas.audit.export_tree import NoteElsewhere
from schemas.audit.exports import (
    Between,
    ChainedRow,
    Consistency,
    Everything,
    Header,
    OneChain,
    OneRow,
    Scope,
    Writer,
)
from schemas.audit.findings import VerificationReport
from schemas.audit.signed_notes import PrivateKey, PublicKey, sign, text_of
from schemas.audit.verification import Verification

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
ORIGIN = "town.example/journal"
KEY = PrivateKey(ORIGIN, bytes(range(32)))
NEW_KEY = PrivateKey(ORIGIN, bytes(range(1, 33)))
THIEF = PrivateKey(ORIGIN, bytes(range(2, 34)))


@dataclass
class Journal:
    """A journal in memory: `rows` in no order, `notes` its checkpoints, `changes` those of keys."""

    rows: list[ChainedRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    key: PrivateKey = KEY

    def append(self, xid: int, chain: str, rows: int = 1, **said: object) -> None:
        for _ in range(rows):
            seq, previous = self.heads.get(chain, (0, genesis(chain)))
            body = body_of(chain, seq + 1, at=at(xid).isoformat(), **said)
            row = ChainedRow(xid, chain, seq + 1, previous, link(previous, body), body)
            self.rows.append(row)
            self.heads[chain] = (row.seq, row.hash)

    def row(self, chain: str, seq: int) -> ChainedRow:
        return next(row for row in self.rows if (row.chain, row.seq) == (chain, seq))

    def alter(self, chain: str, seq: int, **changes: object) -> None:
        altered = self.row(chain, seq)
        self.rows[self.rows.index(altered)] = replace(altered, **changes)  # type: ignore[arg-type]

    def remove(self, chain: str, *seqs: int) -> None:
        self.rows = [row for row in self.rows if row.chain != chain or row.seq not in seqs]

    def rechain(self, chain: str) -> None:
        """Compute all hashes again, as a forger who knows the method would."""
        previous, rows = genesis(chain), [row for row in self.rows if row.chain == chain]
        for row in sorted(rows, key=lambda row: row.seq):
            new = replace(row, previous=previous, hash=link(previous, row.body or b""))
            self.rows[self.rows.index(row)] = new
            previous = new.hash
            self.heads[chain] = (new.seq, new.hash)

    def take(self, through: int, minute: int | None = None) -> None:
        """Take a checkpoint of all rows up to that transaction."""
        edge = Edge()
        for row in self.in_order():
            if row.xid <= through:
                edge.add(row.hash)
        found = Checkpoint(ORIGIN, edge.size, edge.root(), at(minute or through), through)
        self.notes.append(sign(found.text(), self.key))

    def change_key(self, key: PrivateKey) -> None:
        size = self.checkpoints()[-1].size
        change = KeyChange(ORIGIN, size, AT, str(self.key.public), str(key.public))
        self.changes.append(sign(change.text(), self.key, key))
        self.key = key

    def sign_anew(self, key: PrivateKey) -> None:
        """Sign every checkpoint again, over the rows as they are now."""
        taken, self.notes, self.key = self.checkpoints(), [], key
        for each in taken:
            self.take(each.through)

    def checkpoints(self) -> list[Checkpoint]:
        return [checkpoint_of(text_of(note)) for note in self.notes]

    def in_order(self) -> list[ChainedRow]:
        return sorted(self.rows, key=lambda row: (row.xid, row.chain.encode(), row.seq))

    def export(self, scope: Scope = Everything(), *, after: int = 0) -> bytes:  # noqa: B008
        """Export it. `after`: export the part behind the checkpoint of so many rows."""
        edge = Edge()
        for row in self.in_order()[:after]:
            edge.add(row.hash)
        writer = Writer(Header(scope, at(1000)), edge)
        lines = [writer.begin(tuple(self.changes))]
        waiting = [
            (each.through, note)
            for each, note in zip(self.checkpoints(), self.notes, strict=True)
            if each.size > after
            and (not isinstance(scope, Consistency) or each.size in {scope.old, scope.new})
        ]
        for row in self.in_order()[after:]:
            while waiting and waiting[0][0] < row.xid:
                lines.append(writer.checkpoint(waiting.pop(0)[1], newest=not waiting))
            lines.append(writer.row(row if asked_for(scope, row) else replace(row, body=None)))
        while waiting:
            lines.append(writer.checkpoint(waiting.pop(0)[1], newest=not waiting))
        for chain, head in sorted(self.heads.items()):
            if scope in {Everything(), OneChain(chain)}:
                lines.append(writer.head(chain, *head))
        return b"".join([*lines, writer.end()])


def at(minute: int) -> datetime:
    return AT + timedelta(minutes=minute)


def body_of(chain: str, seq: int, **said: object) -> bytes:
    of = "chain" if chain.startswith("operations/") else "case"
    return canonical({of: chain, "seq": seq, "kind": "commented", "text": "噪音", **said})


def asked_for(scope: Scope, row: ChainedRow) -> bool:
    match scope:
        case OneChain(chain):
            return row.chain == chain
        case OneRow(chain, seq):
            return (row.chain, row.seq) == (chain, seq)
        case Between(since, until):
            return since <= at(row.xid) < until
        case _:
            return isinstance(scope, Everything)


def journal() -> Journal:
    """Make three cases, a chain of operations, five checkpoints, and one row after the last."""
    made = Journal()
    made.append(10, "b", 2)
    made.append(11, "a", 3)
    made.take(11)
    made.append(12, "operations/town")
    made.append(13, "b", 2)
    made.take(13)
    made.append(14, "c", 1)
    made.append(14, "a", 1)
    made.take(14)
    made.take(14, minute=15)
    made.append(99, "b")
    made.append(100, "a", 2)
    made.take(100)
    made.append(101, "c")
    return made


def elsewhere(made: Journal) -> list[NoteElsewhere]:
    """Return what the directory outside the database has by now."""
    return [
        NoteElsewhere(f"checkpoint-{each.size:012}.note", note)
        for each, note in zip(made.checkpoints(), made.notes, strict=True)
    ]


def audited(
    export: bytes,
    outside: Iterable[NoteElsewhere] = (),
    trusted: Iterable[PublicKey] = (KEY.public,),
    at_a_time: int = 3,
    *,
    allow_newer: bool = False,
) -> VerificationReport:
    """Audit these bytes, given in pieces of `at_a_time` lines."""
    audit = Verification(trusted, outside, allow_newer=allow_newer)
    *lines, rest = export.split(b"\n")
    for first in range(0, len(lines), at_a_time):
        audit.feed(b"".join(line + b"\n" for line in lines[first : first + at_a_time]))
    return audit.finish(rest)


def ended_anew(lines: Sequence[bytes]) -> bytes:
    """Return an export of these lines with a fitting end instead of its own."""
    before = b"".join(line for line in lines if not line.startswith(b"end\t"))
    rows = len([line for line in lines if line.startswith(b"row\t")])
    return before + f"end\t{rows}\t{sha256(before).hexdigest()}\n".encode()


def written(export: bytes, path: Path) -> Path:
    path.write_bytes(gzip.compress(export) if path.suffix == ".gz" else export)
    return path
