"""Checks the chains of an export row by row: bytes, hashes, order, and what each row states."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from pydantic_core import from_json, to_json

from domain.audit.hash_chain import MAX_SAFE_INTEGER, genesis
from schemas.audit.exports import (
    LONGEST_CHAIN,
    Between,
    Consistency,
    Everything,
    OneChain,
    OneRow,
    Scope,
    clipped,
)

# Where a body may have a fraction or a large number, in a field or in a list, or a text seems to.
# Apart, because the second takes four times as long, and few bodies have a list.
_ODD_FIELD = re.compile(rb'":-?(?:[0-9]+[.eE]|[0-9]{16})')
_ODD_ITEM = re.compile(rb"[\[,]-?(?:[0-9]+[.eE]|[0-9]{16})")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


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
        if seq == 0:
            return "a chain that begins with row 1 has no row before"
        if _misnamed(chain):
            return "is no name of a chain"
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
            if _misnamed(chain):
                self._broken.add(chain)
                return BadRow(seq, "is no name of a chain")
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
        odd = _ODD_FIELD.search(body) or (b"[" in body and _ODD_ITEM.search(body))
        if odd and _has_odd_number(body):
            return "its JSON has a number that the journal does not write, or is none"
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
            return f"says that it is row {clipped(repr(number))} of {clipped(repr(of))}"
        scope = self._asked_for
        return None if scope is None else _not_asked_for(scope, chain, seq, said)


def _not_asked_for(scope: Scope, chain: str, seq: int, said: dict[str, Any]) -> str | None:
    """Say why a row does not belong to a partial export of this scope, or None."""
    match scope:
        case OneChain(only) if chain != only:
            return f"only rows of {clipped(only)} were asked for"
        case OneRow(of, only) if (chain, seq) != (of, only):
            return f"only row {only} of {clipped(of)} was asked for"
        case Consistency():
            return "no row was asked for"
        case Between():
            return _not_in(scope, said.get("at"))
    return None


def _not_in(period: Between, at: object) -> str | None:
    """Say why a row that states this instant does not belong to the period, or None."""
    stated = f"states the instant {clipped(repr(at))}"
    try:
        if not (isinstance(at, str) and _INSTANT.fullmatch(at)):
            return f"{stated}, which is none"
        if not period.since <= datetime.fromisoformat(at) < period.until:
            return f"{stated}, which is not in the period asked for"
    except ValueError:  # as on 30 February
        return f"{stated}, which is none"
    return None


def _misnamed(chain: bytes) -> bool:
    try:
        chain.decode()
    except UnicodeDecodeError:
        return True
    return not 0 < len(chain) <= LONGEST_CHAIN


def _has_odd_number(body: bytes) -> bool:
    """Say if a JSON text has a fraction, or an integer that not every program reads exactly."""

    def whole(digits: str) -> int:
        if abs(number := int(digits)) > MAX_SAFE_INTEGER:
            raise ValueError
        return number

    def fraction(_digits: str) -> float:
        raise ValueError

    try:
        json.loads(body, parse_int=whole, parse_float=fraction)
    except (ValueError, RecursionError):
        return True
    return False
