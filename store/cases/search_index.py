"""A blind index: cases are found by words, and the database has no readable word.

It keeps keyed hashes of the pairs of characters in text and address
(domain/matching/search_terms.py). A result may be a near hit that has all pairs in another order.
The number of a superior's order is kept whole besides, because pairs of digits are soon the same.
"""

from collections.abc import Iterable
from hashlib import blake2b

from domain.matching.search_terms import TooShort, number_in, pairs_of, unspaced
from schemas.intake import Claim
from store.cases.filters import Words
from store.connection import Connection, Database
from store.privacy import keys

# Two tenants may have the same case number: neither replaces the words of the other.
KEEP = """
INSERT INTO sanban.case_words AS w (case_id, tenant, words)
SELECT case_id, tenant, words::integer[]
FROM unnest(%s::text[], %s::text[], %s::text[]) AS said (case_id, tenant, words)
ON CONFLICT (case_id) DO UPDATE SET words = EXCLUDED.words WHERE w.tenant = EXCLUDED.tenant
"""

# An order number of a case that came before numbers were kept; an erased case is found by no word.
ADD = """
INSERT INTO sanban.case_words AS w (case_id, tenant, words, of_open)
SELECT s.case_id, s.tenant, s.words::integer[], c.closed_at IS NULL
FROM unnest(%s::text[], %s::text[], %s::text[]) AS s (case_id, tenant, words)
JOIN sanban.cases c ON c.case_id = s.case_id AND c.tenant = s.tenant
WHERE NOT EXISTS (
    SELECT FROM sanban.keys k
    WHERE k.tenant = s.tenant AND k.case_id = s.case_id AND k.destroyed_at IS NOT NULL
)
ORDER BY s.case_id
ON CONFLICT (case_id) DO UPDATE
SET words = ARRAY(SELECT DISTINCT unnest(w.words || EXCLUDED.words) ORDER BY 1)
WHERE w.tenant = EXCLUDED.tenant AND NOT w.words @> EXCLUDED.words
"""

# How common words are, by the statistics of PostgreSQL; a word without an entry is rare.
SHARES = """
SELECT known.word, known.share
FROM pg_stats s, unnest(s.most_common_elems::text::integer[], s.most_common_elem_freqs)
    AS known (word, share)
WHERE s.schemaname = 'sanban' AND s.tablename = 'case_words' AND s.attname = 'words'
    AND known.word = ANY (%s)
"""

COMMON = 0.007
"""A word that at least this share of all cases has is common."""
_PAIRS_OF_A_WORD = 2
_BYTES = 4
_PURPOSE, _NUMBERS = b"words", b"numbers"


async def keep(connection: Connection, secret: bytes, claims: Iterable[Claim]) -> None:
    """Store the words of claims that have just become holders, in their transaction."""
    said = {claim.case_id: claim for claim in claims if claim.report}
    if not said:
        return
    rows = [
        (case_id, claim.tenant, _array(words_of(secret, claim)))
        for case_id, claim in sorted(said.items())
    ]
    await connection.execute(KEEP, [list(column) for column in zip(*rows, strict=True)])


async def add_order_numbers(database: Database, orders: Iterable[tuple[str, str, str]]) -> None:
    """Let cases (case, tenant, order number) be found by the number of their order as well."""
    said = sorted({*orders})

    async def work(connection: Connection) -> None:
        secret = await keys.secret(connection, database.wrapping)
        rows = [
            (case_id, tenant, _array(_words_of_order(secret, number)))
            for case_id, tenant, number in said
        ]
        await connection.execute(ADD, [list(column) for column in zip(*rows, strict=True)])

    if said:
        await database.run_in_transaction(work)


async def words_for(database: Database, text: str) -> Words:
    """Return the words by which a text finds cases. Raises TooShort: fewer than two characters.

    The pairs of one word occur together, so a word is about as common as its rarest pair. A longer
    text is rarer than its pairs and never counts as common.
    """
    if not pairs_of(text):
        raise TooShort(text)

    async def work(connection: Connection) -> Words:
        numbers = words_in(await keys.secret(connection, database.wrapping), text)
        cursor = await connection.execute(SHARES, (list(numbers),))
        shares = dict(await cursor.fetchall())
        rarest = min((shares.get(number, 0) for number in numbers), default=0)
        return Words(numbers, common=rarest >= COMMON and len(numbers) <= _PAIRS_OF_A_WORD)

    return await database.run(work)


async def number_for(database: Database, text: str) -> Words | None:
    """Return the word of a whole number; None for a text that is none."""
    if not (number := number_in(text)):
        return None

    async def work(connection: Connection) -> Words:
        secret = await keys.secret(connection, database.wrapping)
        return Words((_hashed(secret, number, _NUMBERS),))

    return await database.run(work)


def words_of(secret: bytes, claim: Claim) -> tuple[int, ...]:
    """Return the words of a new case: of its text, of its address with and without the spaces in
    it, and of the number of the order that it is.
    """
    if claim.report is None:
        return ()
    address, number = claim.report.place.address, claim.order_number
    words = {*words_in(secret, claim.report.text, address, unspaced(address))}
    return tuple(sorted({*words, *_words_of_order(secret, number)}))


def _words_of_order(secret: bytes, number: str) -> tuple[int, ...]:
    whole = number_in(number)
    return (*words_in(secret, number), *([_hashed(secret, whole, _NUMBERS)] if whole else []))


def words_in(secret: bytes, *texts: str) -> tuple[int, ...]:
    """Return the hashed pairs of these texts, ascending, each a signed 32-bit integer."""
    pairs = {pair for text in texts for pair in pairs_of(text)}
    return tuple(sorted({_hashed(secret, pair) for pair in pairs}))


def _hashed(secret: bytes, pair: str, purpose: bytes = _PURPOSE) -> int:
    digest = blake2b(pair.encode(), digest_size=_BYTES, key=secret, person=purpose).digest()
    return int.from_bytes(digest, signed=True)


def _array(numbers: Iterable[int]) -> str:
    """Return the text form of an array. Arrays of different lengths fit into no array of arrays."""
    return "{" + ",".join(map(str, numbers)) + "}"
