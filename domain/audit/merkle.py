"""The Merkle tree over all rows of the journal, hashed as RFC 6962 says (design 6).

A leaf is made of the hash of a row. The tree is never stored. Its right edge (the roots of the
perfect subtrees of which it consists) is enough to add leaves and to compute the root.
Proofs are those of RFC 6962, sections 2.1.1 and 2.1.2.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

_LEAF = b"\x00"
_NODE = b"\x01"


class Misaligned(ValueError):
    """A subtree that begins where no subtree of its height can begin."""


def leaf(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(_LEAF + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node with these two children."""
    return sha256(_NODE + left + right).digest()


class Edge:
    """The right edge of a growing tree, without the leaves that were added.

    `hashes` are the roots of the perfect subtrees from left to right, one for each 1 in the binary
    form of `size`. Raises ValueError if their number does not match.

    >>> edge = Edge()
    >>> edge.add(b"row")
    >>> edge.root() == leaf(b"row")
    True
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self._size = size
        self._hashes = [*hashes]
        if size < 0 or len(self._hashes) != size.bit_count():
            raise ValueError(f"the edge of {size} leaves has {size.bit_count()} hashes")

    @property
    def size(self) -> int:
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        return tuple(self._hashes)

    def add(self, data: bytes) -> None:
        """Add one leaf, made of `data`."""
        self.add_subtree(0, leaf(data))

    def extend(self, data: Sequence[bytes]) -> None:
        """Add a leaf for each of these, like `add`, in a third of the time if there are many."""
        level, start = [sha256(_LEAF + each).digest() for each in data], 0
        while start < len(level):
            # The largest subtree that may begin here and that there are enough leaves for.
            height = (len(level) - start).bit_length() - 1
            if self._size:
                height = min(height, (self._size & -self._size).bit_length() - 1)
            roots = level[start : start + (1 << height)]
            start += len(roots)
            while len(roots) > 1:
                pairs = zip(roots[::2], roots[1::2], strict=True)
                roots = [sha256(_NODE + left + right).digest() for left, right in pairs]
            self.add_subtree(height, roots[0])

    def add_subtree(self, height: int, root: bytes) -> None:
        """Add 2 ** height leaves of which only the root is known. Raises Misaligned."""
        hashes, digits = self._hashes, self._size >> height
        if digits << height != self._size:
            raise Misaligned(f"no subtree of {1 << height} leaves begins after {self._size}")
        self._size += 1 << height
        while digits & 1:
            root = sha256(_NODE + hashes.pop() + root).digest()
            digits >>= 1
        hashes.append(root)

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        if not self._hashes:
            return EMPTY_ROOT
        *rest, root = self._hashes
        for left in reversed(rest):
            root = node(left, root)
        return root


class Gap:
    """Consecutive leaves that an export leaves out, as the fewest subtrees that replace them.

    `start` is the number of leaves before the first of them.
    """

    def __init__(self, start: int) -> None:
        self._next = start
        self._parts: list[tuple[int, bytes]] = []

    def add(self, data: bytes) -> None:
        parts, height, root = self._parts, 0, leaf(data)
        self._next += 1
        while parts and parts[-1][0] == height and self._next % (2 << height) == 0:
            root = node(parts.pop()[1], root)
            height += 1
        parts.append((height, root))

    def close(self) -> list[tuple[int, bytes]]:
        """Return height and root of each subtree from left to right, and begin the next gap."""
        parts, self._parts = self._parts, []
        return parts


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over these leaf hashes, by the definition of RFC 6962."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return node(root_of(leaves[:split]), root_of(leaves[split:]))


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of the leaf at `index`, lowest first. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion(leaves[:split], index), root_of(leaves[split:])]
    return [*inclusion(leaves[split:], index - split), root_of(leaves[:split])]


def includes(root: bytes, size: int, index: int, found: bytes, path: Sequence[bytes]) -> bool:
    """Say if the tree of that root and size has the leaf hash `found` at `index`."""
    if not 0 <= index < size:
        return False
    last = size - 1
    for sibling in path:
        if last == 0:
            return False  # the path is too long
        if index & 1 or index == last:
            found = node(sibling, found)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = node(found, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and found == root


def consistency(leaves: Sequence[bytes], before: int) -> list[bytes]:
    """Return the proof that the tree of these leaves began as the tree of the first `before`.

    Raises IndexError if `before` is not from 1 to the number of leaves.
    """
    if not 0 < before <= len(leaves):
        raise IndexError(f"no tree of {before} leaves in one of {len(leaves)}")
    return _consistency(leaves, before, known=True)


def continues(old: bytes, old_size: int, new: bytes, new_size: int, path: Sequence[bytes]) -> bool:
    """Say if the tree of root `new` begins with all leaves of the tree of root `old`, in order."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not path and old == new
    index, last = old_size - 1, new_size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    # A perfect old tree is a subtree of the new one, and the path does not repeat its root.
    rest = [*path] if index else [old, *path]
    if not rest:
        return False
    below = above = rest.pop(0)
    for sibling in rest:
        if last == 0:
            return False
        if index & 1 or index == last:
            below, above = node(sibling, below), node(sibling, above)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            above = node(above, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and (below, above) == (old, new)


def _consistency(leaves: Sequence[bytes], before: int, *, known: bool) -> list[bytes]:
    """`known`: the verifier has the root of these first `before` leaves already."""
    if before == len(leaves):
        return [] if known else [root_of(leaves)]
    split = _split(len(leaves))
    if before <= split:
        return [*_consistency(leaves[:split], before, known=known), root_of(leaves[split:])]
    rest = _consistency(leaves[split:], before - split, known=False)
    return [*rest, root_of(leaves[:split])]


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
