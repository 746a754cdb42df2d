"""Against the definition of RFC 6962, spelled out here once more, and its known answers."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit.merkle import (
    EMPTY_ROOT,
    Edge,
    Gap,
    Misaligned,
    consistency,
    continues,
    includes,
    inclusion,
    leaf,
    root_of,
)

# The inputs and roots with which implementations of Certificate Transparency test themselves.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)

leaves = st.lists(st.binary(max_size=8).map(leaf), min_size=1, max_size=70)
STRANGER = leaf(b"longer than any of those leaves")


def naive(data: list[bytes]) -> bytes:
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    split = 1
    while split * 2 < len(data):
        split *= 2
    return sha256(b"\x01" + naive(data[:split]) + naive(data[split:])).digest()


def edge_of(hashes: list[bytes]) -> Edge:
    edge = Edge()
    for each in hashes:
        edge.add_subtree(0, each)
    return edge


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots(size: int) -> None:
    edge = Edge()
    for data in INPUTS[:size]:
        edge.add(data)

    assert ROOTS[size - 1] == edge.root().hex()
    assert ROOTS[size - 1] == root_of([leaf(data) for data in INPUTS[:size]]).hex()


def test_the_tree_without_leaves() -> None:
    assert Edge().root() == EMPTY_ROOT == root_of([])
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
)
def test_the_known_paths(index: int, size: int, path: list[str]) -> None:
    hashes = [leaf(data) for data in INPUTS[:size]]

    assert path == [each.hex() for each in inclusion(hashes, index)]


@pytest.mark.parametrize(
    ("before", "size", "path"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_the_known_proofs_of_consistency(before: int, size: int, path: list[str]) -> None:
    hashes = [leaf(data) for data in INPUTS[:size]]

    assert path == [each.hex() for each in consistency(hashes, before)]


@given(st.lists(st.binary(max_size=8), max_size=70), st.data())
def test_an_edge_is_the_tree_wherever_it_was_put_down(
    data: list[bytes], draw: st.DataObject
) -> None:
    rest = draw.draw(st.integers(0, len(data)))
    edge = Edge()
    for each in data[:rest]:
        edge.add(each)
    again = Edge(edge.size, edge.hashes)
    for each in data[rest:]:
        again.add(each)

    assert again.size == len(data)
    assert again.root() == naive(data) == root_of([leaf(each) for each in data])


@given(st.lists(st.lists(st.binary(max_size=4), max_size=40), max_size=8))
def test_many_leaves_at_once_are_the_same_as_one_after_the_other(parts: list[list[bytes]]) -> None:
    edge, beside = Edge(), Edge()
    for part in parts:
        edge.extend(part)
        for each in part:
            beside.add(each)

    assert edge.size == beside.size
    assert edge.hashes == beside.hashes


@pytest.mark.parametrize(("size", "hashes"), [(1, 0), (0, 1), (3, 1), (8, 3), (-1, 1)])
def test_an_edge_of_another_size_is_refused(size: int, hashes: int) -> None:
    with pytest.raises(ValueError, match="the edge of"):
        Edge(size, [b"x"] * hashes)


@given(st.lists(st.tuples(st.binary(max_size=4), st.booleans()), max_size=90))
def test_what_is_left_out_is_stood_for(rows: list[tuple[bytes, bool]]) -> None:
    """Whoever has only some leaves, and the subtrees between, comes to the same root."""
    edge, gap = Edge(), Gap(0)
    for number, (data, shown) in enumerate(rows):
        if shown:
            for part in gap.close():
                edge.add_subtree(*part)
            edge.add(data)
            gap = Gap(number + 1)
        else:
            gap.add(data)
    parts = gap.close()
    for part in parts:
        edge.add_subtree(*part)

    assert edge.root() == naive([data for data, _ in rows])
    assert len(parts) <= 2 * max(1, len(rows)).bit_length()


def test_a_subtree_begins_where_such_subtrees_begin() -> None:
    edge = Edge()
    edge.add(b"one")

    with pytest.raises(Misaligned):
        edge.add_subtree(1, b"x" * 32)


@given(leaves, st.data())
def test_a_leaf_is_proved_and_no_other(hashes: list[bytes], draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, len(hashes) - 1))
    path, root, size = inclusion(hashes, index), root_of(hashes), len(hashes)

    assert includes(root, size, index, hashes[index], path)
    assert not includes(root, size, index, STRANGER, path)
    assert not includes(root, size, size, hashes[index], path)
    assert not includes(root, size, index, hashes[index], [*path, root])
    if path:
        assert not includes(root, size, index, hashes[index], path[:-1])
        assert not includes(root, size, index, hashes[index], [STRANGER, *path[1:]])


@given(leaves, st.data())
def test_a_tree_that_continues_is_proved_and_no_other(
    hashes: list[bytes], draw: st.DataObject
) -> None:
    before = draw.draw(st.integers(1, len(hashes)))
    path = consistency(hashes, before)
    old, new = root_of(hashes[:before]), root_of(hashes)
    other = root_of([*hashes[: before - 1], STRANGER])

    assert continues(old, before, new, len(hashes), path)
    assert not continues(other, before, new, len(hashes), path)
    assert not continues(old, before, STRANGER, len(hashes), path)
    assert not continues(old, 0, new, len(hashes), path)
    assert not continues(old, before, new, len(hashes), [*path, new])
    if path:
        assert not continues(old, before, new, len(hashes), path[:-1])


def test_there_is_no_proof_beyond_the_tree() -> None:
    with pytest.raises(IndexError):
        inclusion([leaf(b"")], 1)
    with pytest.raises(IndexError):
        consistency([leaf(b"")], 2)
    assert not continues(leaf(b""), 1, leaf(b"x"), 3, [])
