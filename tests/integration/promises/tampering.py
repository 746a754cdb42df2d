"""An intruder who owns the database, knows how Sanban works, and alters the journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from domain.audit.checkpoints import Checkpoint, checkpoint_of
from domain.audit.hash_chain import genesis, link
from domain.audit.merkle import Edge
from schemas.audit.signed_notes import PrivateKey, sign, text_of
from tests.exports import THIEF

TABLES = ("journal", "journal_heads", "checkpoints")
IN_ORDER = "SELECT hash FROM sanban.journal j WHERE j.xid <= %s::xid8 ORDER BY j.xid, case_id, seq"
ROWS = "SELECT seq, body FROM sanban.journal WHERE case_id = %s ORDER BY seq"
NEW_ROW = (
    "UPDATE sanban.journal SET body = %s, prev = %s, hash = %s WHERE (case_id, seq) = (%s, %s)"
)
NEW_HEAD = "UPDATE sanban.journal_heads SET hash = %s WHERE case_id = %s"
NOTES = "SELECT size, note FROM sanban.checkpoints ORDER BY size"
NEW_NOTE = "UPDATE sanban.checkpoints SET root = %s, edge = %s, note = %s WHERE size = %s"
OTHER_NOTE = "UPDATE sanban.checkpoints SET note = %s WHERE size = %s"


@dataclass(frozen=True)
class Intruder:
    """A superuser's connection with triggers switched off, and the key of the checkpoints."""

    connection: psycopg.Connection
    stolen: PrivateKey

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let the intruder work; afterwards everything is as before."""
        run = self.connection.execute
        for table in TABLES:
            run(f"ALTER TABLE sanban.{table} DISABLE TRIGGER ALL")
            run(f"CREATE TABLE pg_temp.{table} AS TABLE sanban.{table}")
        yield
        for table in TABLES:
            run(f"TRUNCATE sanban.{table}")
            run(f"INSERT INTO sanban.{table} OVERRIDING SYSTEM VALUE TABLE pg_temp.{table}")
            run(f"DROP TABLE pg_temp.{table}")

    def run(self, *statements: str) -> None:
        for each in statements:
            self.connection.execute(each)

    def forge_a_checkpoint(self) -> None:
        """Sign one with another key."""
        _, (size, note), *_ = self.connection.execute(NOTES)
        self.connection.execute(OTHER_NOTE, (sign(text_of(note), THIEF), size))

    def rewrite(self, case_id: str, said: bytes, instead: bytes) -> None:
        """Write a case again with all its hashes and its head."""
        previous = genesis(case_id)
        for seq, body in self.connection.execute(ROWS, (case_id,)).fetchall():
            new = body.replace(said, instead)
            last, previous = previous, link(previous, new)
            self.connection.execute(NEW_ROW, (new, last, previous, case_id, seq))
        self.connection.execute(NEW_HEAD, (previous, case_id))

    def sign_anew(self, key: PrivateKey) -> None:
        """Sign every checkpoint again, over the rows as they are now."""
        for size, note in self.connection.execute(
            "SELECT size, note FROM sanban.checkpoints"
        ).fetchall():
            old, edge = checkpoint_of(text_of(note)), Edge()
            for (row,) in self.connection.execute(IN_ORDER, (str(old.through),)):
                edge.add(row)
            new = Checkpoint(key.name, edge.size, edge.root(), old.at, old.through)
            values = (new.root, b"".join(edge.hashes), sign(new.text(), key), size)
            self.connection.execute(NEW_NOTE, values)
