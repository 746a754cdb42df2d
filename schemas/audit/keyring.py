"""Decides which key is valid for which checkpoints: trusted keys, and those they handed over to."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from domain.audit.checkpoints import Checkpoint, KeyChange, checkpoint_of, key_change_of
from schemas.audit.signed_notes import Malformed, PublicKey, Unsigned, opened


class Untrusted(Unsigned):
    """A correct signature by a key that is not valid for this text."""


@dataclass(slots=True)
class _Span:
    """A key is valid for checkpoints of more than `after` rows, up to `until`."""

    after: int = 0
    until: int | None = None

    def holds(self, size: int) -> bool:
        return self.after < size and (self.until is None or size <= self.until)


class Keyring:
    """Opens notes with keys that are valid for them.

    `trusted` keys must come from outside the database: an attacker who rewrote it could have put
    other keys there. Key changes must be learnt in order, before checkpoints of the new key.
    `newest` is the learnt change of most rows.
    """

    def __init__(self, trusted: Iterable[PublicKey]) -> None:
        self._spans = {key: _Span() for key in trusted}
        self.newest: KeyChange | None = None

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        return tuple(self._spans)

    def learn(self, note: str) -> KeyChange:
        """Learn a key change and return it. Raises NoteError, NotACheckpoint.

        The new key must have signed. The old key must have signed too, unless the new one is
        trusted already (the old one was lost). Raises Unsigned also for a change between keys from
        before the trusted ones.
        """
        change = key_change_of(opened(note, self._spans).text)
        old, new = PublicKey.parse(change.old), PublicKey.parse(change.new)
        signers = opened(note, (old, new)).signers
        if new not in signers:
            raise Untrusted(f"the new key {new} has not signed that it takes over")
        if new not in self._spans and not (old in signers and self._speaks(old, change.size)):
            raise Untrusted(f"the old key {old} has not signed that it hands over")
        if new.name != change.origin:  # the old key has another name if the journal was restored
            raise Malformed(f"the new key of {change.origin} must have its name")
        if new == old or self._spans.get(new, _Span()).until is not None:
            raise Malformed(f"the key {new} has signed before: a key is never taken up again")
        if old in self._spans:
            self._spans[old].until = change.size
        self._spans[new] = _Span(after=change.size)
        if self.newest is None or self.newest.size < change.size:
            self.newest = change
        return change

    def open(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note with a valid key. Raises NoteError, NotACheckpoint."""
        found = opened(note, self._spans)
        checkpoint = checkpoint_of(found.text)
        if not any(
            key.name == checkpoint.origin and self._spans[key].holds(checkpoint.size)
            for key in found.signers
        ):
            names = ", ".join(f"{key.name} ({key.id.hex()})" for key in found.signers)
            raise Untrusted(
                f"{names} does not speak for {checkpoint.origin} at {checkpoint.size} rows"
            )
        return checkpoint

    def _speaks(self, key: PublicKey, size: int) -> bool:
        """Say if the key may hand over at `size`: it did not before, and became valid earlier."""
        span = self._spans.get(key)
        return span is not None and span.until is None and span.after <= size


def keyring(trusted: Iterable[PublicKey], changes: Sequence[str]) -> Keyring:
    """Build a keyring from trusted keys and the notes of all key changes, in order.

    A trusted key also vouches for the key from which it took over, up to that size. Changes between
    unknown keys are ignored. Raises NoteError, NotACheckpoint.
    """
    known = dict.fromkeys(trusted)
    for note in reversed(changes):
        with suppress(Unsigned):
            found = opened(note, known)
            change = key_change_of(found.text)
            if PublicKey.parse(change.new) in found.signers:
                known[PublicKey.parse(change.old)] = None
    ring = Keyring(known)
    for note in changes:
        with suppress(Unsigned):
            ring.learn(note)
    return ring
