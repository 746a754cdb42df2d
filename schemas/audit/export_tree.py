"""Grows the tree over an export leaf by leaf, and compares it with every checkpoint on the way."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.audit.checkpoints import Checkpoint, KeyChange, is_key_change, key_change_of
from domain.audit.merkle import Edge, Misaligned
from schemas.audit.exports import MOST_KEY_CHANGES, TALLEST, Consistency, Header, unpacked
from schemas.audit.findings import VerificationFinding, VerificationReport
from schemas.audit.keyring import Keyring, keyring
from schemas.audit.signed_notes import Malformed, PublicKey, text_of


@dataclass(frozen=True, slots=True)
class NoteElsewhere:
    """A note with a checkpoint or key change from outside the database; `name` is its place."""

    name: str
    note: str


class Tree:
    """Adds its findings to the report. `line` is always a line of the export."""

    def __init__(
        self,
        trusted: Iterable[PublicKey],
        elsewhere: Iterable[NoteElsewhere],
        report: VerificationReport,
        *,
        allow_newer: bool = False,
    ) -> None:
        self._trusted = tuple(trusted)
        self._elsewhere = elsewhere
        self._changes = list[tuple[int, str]]()
        self._keyring = Keyring(self._trusted)
        self._report = report
        self._edge = Edge()
        self._last: tuple[int, bytes, int] | tuple[int] = (0,)
        self._lost = False  # one of the export's own checkpoints was invalid
        self._awaiting = deque[tuple[str, Checkpoint]]()
        self._awaited = 0
        self._agreed: Checkpoint | None = None  # of those kept elsewhere
        self._forked = False
        self._passed: tuple[str, Checkpoint] | None = None  # the largest inside left-out rows
        self._allow_newer = allow_newer

    def learn(self, line: int, packed: bytes) -> None:
        """Learn a key change of the export."""
        try:
            self._learn(unpacked(packed))
        except ValueError as error:
            self._report.add(
                VerificationFinding(line, f"a change of keys that cannot be relied on: {error}")
            )

    def _learn(self, note: str) -> None:
        size = key_change_of(text_of(note)).size
        if len(self._changes) == MOST_KEY_CHANGES:
            raise Malformed(f"at most {MOST_KEY_CHANGES} changes are read")
        self._changes.append((size, note))

    def begin(self) -> None:
        """Read the notes from elsewhere, after all key changes of the export are known."""
        notes = list[NoteElsewhere]()
        for each in self._elsewhere:
            try:
                if is_key_change(text_of(each.note)):
                    self._learn(each.note)
                else:
                    notes.append(each)
            except ValueError as error:
                self._report.add(
                    VerificationFinding(0, f"{each.name} cannot be relied on: {error}")
                )
        changes = dict.fromkeys(note for _, note in sorted(self._changes, key=lambda one: one[0]))
        try:
            self._keyring = keyring(self._trusted, [*changes])
        except ValueError as error:
            self._report.add(
                VerificationFinding(0, f"a change of keys that cannot be relied on: {error}")
            )
        self._read(notes)

    def _read(self, notes: Iterable[NoteElsewhere]) -> None:
        found = dict[str, tuple[str, Checkpoint]]()  # a note in two files is one
        for each in notes:
            try:
                found.setdefault(each.note, (each.name, self._keyring.open(each.note)))
            except ValueError as error:
                self._report.add(
                    VerificationFinding(0, f"{each.name} cannot be relied on: {error}")
                )
        roots = dict[int, tuple[str, Checkpoint]]()
        for name, one in sorted(found.values(), key=lambda named: named[1].size):
            first, other = roots.setdefault(one.size, (name, one))
            if other.root != one.root:
                reason = f"{name} and {first} have two roots for {one.size} rows"
                self._report.add(VerificationFinding(0, f"{reason}: the key signed two journals"))
            self._awaiting.append((name, one))
        self._await()

    def add(self, line: int, place: tuple[int, bytes, int], stated: bytes) -> str | None:
        """Add the leaf of a row. Returns what is wrong with `place` (xid, chain, seq), or None."""
        reason = None
        if place > self._last:
            self._last = place
        else:
            reason = self._misplaced(place)
        edge = self._edge
        edge.add(stated)
        if edge.size == self._awaited:
            self._meet(line)
        return reason

    def skip(self, line: int, height: int, root: bytes) -> str | None:
        """Add a subtree of rows that are left out. Returns what is wrong with it, or None."""
        if not 0 <= height <= TALLEST:
            return f"no subtree has the height {height}"
        try:
            self._edge.add_subtree(height, root)
        except Misaligned as error:
            return str(error)
        if self._awaited and self._edge.size >= self._awaited:
            self._meet(line)
        return None

    def checkpoint(self, line: int, packed: bytes) -> None:
        report = self._report
        try:
            found = self._keyring.open(unpacked(packed))
        except ValueError as error:
            report.add(VerificationFinding(line, f"a checkpoint that cannot be relied on: {error}"))
            return
        if self._lost:
            report.unjudged += 1
            return
        reason = self._misfit(found)
        if reason is not None:
            self._lost = True
            report.add(VerificationFinding(line, f"{_span(report.newest, found)}: {reason}"))
            return
        report.checkpoints += 1
        report.covered = report.rows
        report.newest = found
        self._last = (found.through + 1,)  # the lowest place that may follow

    def end(self, header: Header) -> None:
        """Compare what is left of the notes from elsewhere, which know of rows that are not here.

        The header says when the export was made. Nobody signed that, so it excuses nothing unless
        the auditor allows newer notes; even then a note from before it shows a cut end.
        """
        report, size, at = self._report, self._edge.size, header.at
        report.size = size
        two = isinstance(header.scope, Consistency)  # says nothing about other sizes
        if not two and self._passed and self._passed[1].size > (signed := self._signed()):
            # No signature is over the subtrees after the last checkpoint: they may be made up.
            report.passed_by -= 1
            self._beyond(*self._passed, signed, at)
        for name, each in self._awaiting:
            self._beyond(name, each, size, at)
        change = self._keyring.newest
        if change is not None and change.size > size:
            self._beyond("a change of keys", change, size, at)

    def _signed(self) -> int:
        """Return the number of rows under the newest checkpoint that this file met."""
        met = [each.size for each in (self._report.newest, self._agreed) if each is not None]
        return max(met, default=0)

    def _beyond(self, name: str, note: Checkpoint | KeyChange, here: int, at: datetime) -> None:
        report = self._report
        missing = f"there were {note.size} rows, rows after {here} are not here"
        if self._allow_newer and note.at > at:
            report.later += 1
            report.missing_after = here
        elif self._lost or self._forked:
            report.unjudged += 1
        else:
            self._forked = True
            why = "the export says that it is older" if note.at > at else "the end is cut"
            reason = f"{name}, of {note.at.isoformat()}: {missing}: {why}"
            report.add(VerificationFinding(0, reason))

    def _misfit(self, found: Checkpoint) -> str | None:
        here, newest = self._edge.size, self._report.newest
        if here < found.size:
            return f"{_rows(found.size - here)} missing, there are {here} here"
        if here > found.size:
            return f"{_rows(here - found.size)} too many, there are {here} here"
        if (root := self._edge.root()) != found.root:
            return (
                f"the root over these rows is {root.hex()}, {found.root.hex()} was signed: "
                "rows were changed, swapped or exchanged, with all hashes after them"
            )
        if (last := self._last[0]) > found.through and len(self._last) > 1:
            return f"it goes through transaction {found.through}, a row before it is of {last}"
        if newest is not None and found.through < newest.through:
            return f"it goes back to transaction {found.through}"
        return None

    def _misplaced(self, place: tuple[int, bytes, int]) -> str:
        newest = self._report.newest
        if newest is not None and place[0] <= newest.through:
            return (
                f"is of transaction {place[0]} and stands after the checkpoint through "
                f"transaction {newest.through}: it was put in later"
            )
        return f"is out of order, with transaction {place[0]}"

    def _meet(self, line: int) -> None:
        """Compare the checkpoints from elsewhere whose size was reached or passed."""
        report, edge = self._report, self._edge
        while self._awaiting and self._awaiting[0][1].size <= edge.size:
            name, found = self._awaiting.popleft()
            if found.size < edge.size:
                report.passed_by += 1
                self._passed = (name, found)
            elif self._lost or self._forked:
                report.unjudged += 1
            elif found.root == (root := edge.root()):
                report.agreeing += 1
                report.covered = report.rows
                self._agreed = found
            else:
                self._forked = True
                reason = f"the root over these rows is {root.hex()}, {name} has {found.root.hex()}"
                span = _span(self._agreed, found)
                report.add(
                    VerificationFinding(line, f"{span}: {reason}: the journal was rewritten")
                )
        self._await()

    def _await(self) -> None:
        self._awaited = self._awaiting[0][1].size if self._awaiting else 0


def _span(before: Checkpoint | None, found: Checkpoint) -> str:
    """Name the two checkpoints between which something is wrong."""
    to = f"that of {found.size} rows ({found.at.isoformat()})"
    if before is None:
        return f"between the first row and the checkpoint {to.removeprefix('that ')}"
    return f"between the checkpoint of {before.size} rows ({before.at.isoformat()}) and {to}"


def _rows(number: int) -> str:
    return "1 row is" if number == 1 else f"{number} rows are"
