"""Checks the chains of an export row by row: bytes, hashes, order, and what each row states."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from pydantic_core import from_json, to_json

from domain.audit.hash_chain import genesis
from schemas.audit.exports import Between, Consistency, Everything, OneChain, OneRow, Scope


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row, and what is wrong with it."""

    seq: int
    reason: str


class Chains:
    """The state of each chain while an export is read. Chains are named by their bytes."""

    def __init__(self, scope: Scope) -> None:
        self._asked_for = None if isinstance(scope, Everything) else scope
        self._heads: dict[bytes, tuple[int, bytes]] = {}
        self._broken = set[bytes]()
        self.number = 0

    def begin(self, chain: bytes, seq: int, last: bytes) -> str | None:
        """Begin a chain after row `seq`, in a partial export. Returns what is wrong, or None."""
        if chain in self._heads:
            return "the chain has begun before"
        self._heads[chain] = (seq, last)
        self.number += 1
        return None

    def add(self, chain: bytes, seq: int, stated: bytes, body: bytes) -> BadRow | None:
        """Add a row. Returns what is wrong with it or with the row before it, or None.

        The chain continues from the stated hash, right or wrong, so that one bad row is reported
        once and not with every row after it.
        """
        heads = self._heads
        known = heads.get(chain)
        heads[chain] = (seq, stated)
        if known is None:
            self.number += 1
            known = (0, genesis(chain.decode(errors="replace")))
        before, previous = known
        if seq != before + 1:
            return self._out_of_step(chain, before, seq)
        if sha256(previous + body).digest() != stated:
            self._broken.add(chain)
            found = sha256(previous + body).hexdigest()
            return BadRow(
                seq,
                f"its bytes, chained to the row before, have the hash {found}; "
                f"{stated.hex()} is stated: the row, its hash or the row before was changed",
            )
        reason = self._misspoken(chain.decode(errors="replace"), seq, body)
        return None if reason is None else BadRow(seq, reason)

    def end(self, chain: bytes, seq: int, last: bytes) -> BadRow | None:
        """End a chain with its head; no row may follow. Returns what does not fit, or None."""
        here, found = self._heads.pop(chain, (0, b""))
        if chain in self._broken:
            return None  # its first bad place was reported
        if here < seq:
            kept = f"the last one here is {here}" if here else "none is here"
            return BadRow(here + 1, f"rows up to {seq} were written, {kept}: the tail is cut")
        if here > seq:
            return BadRow(seq + 1, f"the head of the chain knows nothing after row {seq}")
        if found != last:
            return BadRow(
                seq, f"the head of the chain has the hash {last.hex()}, the row {found.hex()}"
            )
        return None

    def unremembered(self) -> Iterator[bytes]:
        """Yield the chains that had rows and no head."""
        return (chain for chain in self._heads if chain not in self._broken)

    def _out_of_step(self, chain: bytes, before: int, seq: int) -> BadRow:
        self._broken.add(chain)
        if seq > before + 1:
            after = f"row {before}" if before else "the beginning"
            return BadRow(before + 1, f"is missing: {seq} comes after {after}")
        return BadRow(seq, f"comes after row {before}: {before + 1} is expected")

    def _misspoken(self, chain: str, seq: int, body: bytes) -> str | None:
        """Compare what a row states with its place. Returns what is wrong, or None."""
        try:
            said = from_json(body, allow_inf_nan=False)
            # A repeated key, or a value that has two spellings, does not come back as it was. The
            # order of keys does. It cannot mislead, and checking it would double the time.
            if to_json(said) != body:
                return "its JSON is not spelt as the journal spells it"
        except ValueError:
            return "is no JSON"
        if not isinstance(said, dict):
            return "is no JSON object"
        of, number = said.get("chain", said.get("case")), said.get("seq")
        if of != chain or type(number) is not int or number != seq:
            return f"says that it is row {number!r} of {of!r}"
        scope = self._asked_for
        return None if scope is None else _not_asked_for(scope, chain, seq, said)


def _not_asked_for(scope: Scope, chain: str, seq: int, said: dict[str, Any]) -> str | None:
    """Say why a row does not belong to a partial export of this scope, or None."""
    match scope:
        case OneChain(only) if chain != only:
            return f"only rows of {only} were asked for"
        case OneRow(of, only) if (chain, seq) != (of, only):
            return f"only row {only} of {of} was asked for"
        case Consistency():
            return "no row was asked for"
        case Between(since, until):
            at = said.get("at")
            try:
                if not (isinstance(at, str) and since <= datetime.fromisoformat(at) < until):
                    return f"states the instant {at!r}, which is not in the period asked for"
            except (ValueError, TypeError):
                return f"states the instant {at!r}, which is none"
    return None
