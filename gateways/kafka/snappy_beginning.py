"""Unpacks the beginning of a block of snappy, which its library can only unpack as a whole.

The format: https://github.com/google/snappy/blob/main/format_description.txt
"""

_LITERAL, _ONE_BYTE, _TWO_BYTES = 0, 1, 2
_INLINE = 60
"""A literal that is longer says its length in the bytes that follow."""


def beginning(elements: memoryview, most: int) -> bytes:
    """Return about so many of the first bytes; fewer where the block is not what it says.

    `elements` follow the length of the block.
    """
    found, at = bytearray(), 0
    while len(found) < most and at < len(elements):
        tag = elements[at]
        kind, upper = tag & 3, tag >> 2
        at += 1
        if kind == _LITERAL:
            extra = max(upper - _INLINE + 1, 0)
            size = 1 + (_number(elements, at, extra) if extra else upper)
            at += extra
            found += elements[at : at + min(size, most - len(found))]
            at += size
            continue
        if kind == _ONE_BYTE:
            size, offset = 4 + (upper & 7), (upper >> 3) << 8 | _number(elements, at, 1)
            at += 1
        else:
            width = 2 if kind == _TWO_BYTES else 4
            size, offset = 1 + upper, _number(elements, at, width)
            at += width
        if not 0 < offset <= len(found):
            break
        for _ in range(size):  # it may overlap with what it adds
            found.append(found[-offset])
    return bytes(found)


def _number(elements: memoryview, at: int, width: int) -> int:
    return int.from_bytes(elements[at : at + width], "little")
