"""Exports with hostile lines: bodies, numbers, spellings, lengths."""

import re
from collections.abc import Iterator
from gzip import compress

from domain.audit.hash_chain import canonical
from schemas.audit.exports import Between, Consistency, OneRow
from tests.exports import KEY, at, ended_anew
from tests.hostile_exports import (
    ALTERED,
    PROVED,
    UNREADABLE,
    Handed,
    covered,
    edited,
    saying,
    set_back,
)


def bodies() -> Iterator[Handed]:
    deep = b'{"case":"a","in":%b,"seq":1}'
    yield Handed("a body 201 levels deep", PROVED, saying(deep % (b"[" * 200 + b"]" * 200)))
    for name, body in {
        "202 levels": deep % (b"[" * 201 + b"]" * 201),
        "a fraction before 100,000 levels": b'{"a":1.5,"b":' + b"[" * 100_000,
        "100,000 levels": b"[" * 100_000,
        "100,000 levels of objects": b'{"a":' * 100_000,
        "a key twice": b'{"case":"a","case":"a","seq":1}',
        "NaN": b'{"case":"a","in":NaN,"seq":1}',
        "Infinity": b'{"case":"a","in":-Infinity,"seq":1}',
        "a fraction": b'{"case":"a","in":1.5,"seq":1}',
        "a fraction in a list": b'{"case":"a","in":[2,1.5],"seq":1}',
        "an exponent": b'{"case":"a","in":1e5,"seq":1}',
        "2^53": b'{"case":"a","in":9007199254740992,"seq":1}',
        "4,000 digits": deep % (b"1" * 4000),
        "5,000 digits": deep % (b"1" * 5000),
        "minus zero": b'{"case":"a","in":-0,"seq":1}',
        "row true": b'{"case":"a","seq":true}',
        "row as text": b'{"case":"a","seq":"1"}',
        "row 01": b'{"case":"a","seq":01}',
        "no row": b'{"case":"a"}',
        "a space": b'{"case":"a", "seq":1}',
        "an escape": b'{"case":"\\u0061","seq":1}',
        "half a pair": b'{"case":"a","in":"\\ud800","seq":1}',
        "a pair escaped": b'{"case":"a","in":"\\ud83d\\ude00","seq":1}',
        "a slash escaped": b'{"case":"a","in":"\\/","seq":1}',
        "a byte order mark": b'\xef\xbb\xbf{"case":"a","seq":1}',
        "UTF-16": '{"case":"a","seq":1}'.encode("utf-16"),
        "UTF-8 too long": b'{"case":"a","in":"\xc0\xaf","seq":1}',
        "a surrogate in UTF-8": b'{"case":"a","in":"\xed\xa0\x80","seq":1}',
        "a list": b'["a",1]',
        "nothing": b"",
        "two values": b'{"case":"a","seq":1}{}',
        "a NUL": b'{"case":"a","in":"\x00","seq":1}',
    }.items():
        yield Handed(f"a body: {name}", ALTERED, saying(body))
    plain = {
        "case": "a",
        "seq": 1,
        "in": "\x7f \u2028 1.5 [2.5,3.5] \b\f\n\r\t\x1f é 噪 😀",
        "n": -(2**53) + 1,
    }
    yield Handed("a body with all that is allowed", PROVED, saying(canonical(plain)))
    yield Handed("a tab in a body", ALTERED, saying(b'{"case":"a",\t"seq":1}'))
    for name, instant in {
        "outside": "2026-11-25T00:00:00+00:00",
        "as a week": "2026-W48-2T08:13:00+00:00",
        "without a zone": "2026-11-24T08:13:00",
        "at the beginning of time": "0001-01-01T00:00:00+23:59",
        "30 February": "2026-02-30T08:13:00+00:00",
        "zone of 99 hours": "2026-11-24T08:13:00+99:00",
    }.items():
        made = covered()
        made.alter("b", 3, body=canonical({"case": "b", "seq": 3, "at": instant}))
        made.rechain("b")
        made.sign_anew(KEY)
        yield Handed(f"a period: {name}", ALTERED, made.export(Between(at(13), at(14))))


def numbers() -> Iterator[Handed]:
    whole, part = covered().export(), covered().export(OneRow("b", 3))
    chain, two = covered().export(Between(at(13), at(100))), covered().export(Consistency(5, 10))
    spellings = (
        b"0%b",
        b"+%b",
        b" %b",
        b"%b ",
        b"%b_0",
        b"-%b",
        b"%b.0",
        b"",
        b"\xd9\xa1",
        b"9" * 5000,
    )
    for spelling in spellings:
        said = spelling[:8]

        def spelt(number: bytes, spelling: bytes = spelling) -> bytes:
            return spelling.replace(b"%b", number)

        yield Handed(
            f"transaction {said!r}", ALTERED, edited(whole, rb"(?<=^row\t)10(?=\tb)", spelt(b"10"))
        )
        yield Handed(
            f"row {said!r}", ALTERED, edited(whole, rb"(?<=^row\t10\tb\t)1(?=\t)", spelt(b"1"))
        )
        yield Handed(
            f"head {said!r}", ALTERED, edited(whole, rb"(?<=^head\tb\t)5(?=\t)", spelt(b"5"))
        )
        yield Handed(
            f"height {said!r}", ALTERED, edited(part, rb"(?<=^skip\t)\d+(?=\t)", spelt(b"0"))
        )
        yield Handed(
            f"from {said!r}", ALTERED, edited(chain, rb"(?<=^from\tb\t)2(?=\t)", spelt(b"2"))
        )
        end = re.sub(rb"(?<=^end\t)13(?=\t)", lambda _: spelt(b"13"), whole, flags=re.MULTILINE)
        yield Handed(f"end {said!r}", ALTERED, end)
        yield Handed(
            f"asked for row {said!r}", UNREADABLE, edited(part, rb"(?<=row\tb\t)3$", spelt(b"3"))
        )
        yield Handed(
            f"asked for {said!r}",
            UNREADABLE,
            edited(two, rb"(?<=checkpoints\t)5(?=\t)", spelt(b"5")),
        )
    yield Handed("a height of 63", ALTERED, edited(part, rb"(?<=^skip\t)\d+(?=\t)", b"63"))
    yield Handed(
        "a chain from row 0",
        ALTERED,
        edited(
            covered().export(Between(at(0), at(100))),
            rb"^row",
            b"from\tb\t0\t" + b"0" * 64 + b"\nrow",
        ),
    )


def lines() -> Iterator[Handed]:
    whole = covered().export()
    for name, changed in {
        "an empty line": edited(whole, rb"^head", b"\nhead"),
        "an unknown line": edited(whole, rb"^head", b"note\tx\nhead"),
        "a row of five fields": edited(whole, rb"^row\t10\t", b"row\t"),
        "a head of four fields": edited(whole, rb"^head", b"head\tx"),
        "a key without a note": edited(whole, rb"^row", b"key\nrow"),
        "hash in capitals": edited(whole, rb"(?<=^head\tb\t5\t)[0-9a-f]{64}", b"A" * 64),
        "a short hash": edited(whole, rb"(?<=^head\tb\t5\t)[0-9a-f]{64}", b"00"),
        "a space in a hash": edited(whole, rb"(?<=^head\tb\t5\t)[0-9a-f]{64}", b"0" * 62 + b" 0"),
        "a chain not in UTF-8": edited(whole, rb"^row\t10\tb", b"row\t10\t\xff"),
        "something after the end": whole + b"\n",
        "no last newline": whole[:-1],
        "no end": whole[: whole.rindex(b"end\t")],
        "a line of 2 MiB and one byte": edited(whole, rb"^head", b"x" * (2 << 20) + b"x\nhead"),
        "a line that does not end": whole[:100] + b"\nrow\t" + b"1" * (3 << 20),
        "a chain of 1,001 bytes": saying(b"{}", "x" * 1001),
        "a note in base64 of two lines": edited(
            whole, rb"^checkpoint\t....", b"checkpoint\tdG93\nbi5l"
        ),
        "a note that is not base64": edited(whole, rb"^checkpoint\t.", b"checkpoint\t*"),
        "gzip, cut": compress(whole)[:-20],
        "gzip, with another checksum": compress(whole)[:-8] + bytes(8),
        "gzip, with something after it": compress(whole) + b"x",
    }.items():
        yield Handed(name, ALTERED, changed)
    replaced = saying(canonical({"case": "\ufffd", "seq": 1}), "\ufffd")
    other = replaced.replace(b"\t\xef\xbf\xbd\t", b"\t\xff\t")
    yield Handed("a chain like another", ALTERED, ended_anew(other.splitlines(keepends=True)))
    yield Handed("gzip", PROVED, compress(whole))
    yield Handed("gzip in two members", PROVED, compress(whole[:500]) + compress(whole[500:]))


def first_lines() -> Iterator[Handed]:
    whole = covered().export()
    for name, changed in {
        "nothing": b"",
        "CRLF": whole.replace(b"\n", b"\r\n"),
        "no line": whole[:20],
        "another format": b"hello\n",
        "version 2": edited(whole, rb"export\t1", b"export\t2"),
        "nothing asked": edited(whole, rb"\teverything", b""),
        "two things asked": edited(whole, rb"everything", b"everything\tmore"),
        "not UTF-8": edited(whole, rb"everything", b"\xff"),
        "a week": set_back(whole, b"2026-W48-2T08:13:00Z"),
        "lower-case": set_back(whole, b"2026-11-24t08:00:00z"),
        "an offset": set_back(whole, b"2026-11-24T08:00:00+00:00"),
        "the beginning of time": set_back(whole, b"0001-01-01T00:00:00+23:59"),
        "year 0": set_back(whole, b"0000-01-01T00:00:00Z"),
        "30 February": set_back(whole, b"2026-02-30T08:00:00Z"),
        "no fraction": set_back(whole, b"2026-11-24T08:00:00.000000Z"),
        "other digits": set_back(whole, "２０２６-11-24T08:00:00Z".encode()),
        "3 MiB": b"sanban-export\t" + b"1" * (3 << 20) + b"\n",
        "gzip, cut": compress(whole)[:15],
        "gzip of nothing": compress(b""),
        "gzip, no more than its name": b"\x1f\x8b",
    }.items():
        yield Handed(f"a first line: {name}", UNREADABLE, changed)
