"""A blind index: what words a case has, so that it is found by them, and none of them to be read.

Kept are keyed hashes of the pairs of characters of text and address (domain/search.py). What is
found may be a near hit: all pairs are there, and not one after the other.
"""

from collections.abc import Iterable
from hashlib import blake2b

from domain.search import pairs_of
from schemas.intake import Claim
from store.connection import Connection, Database

SECRET = "SELECT secret FROM sanban.case_words_secret"  # noqa: S105 - a query
# Numbers of one tenant that another has too leave each other's words alone.
KEEP = """
INSERT INTO sanban.case_words AS w (case_id, tenant, words)
SELECT case_id, tenant, words::integer[]
FROM unnest(%s::text[], %s::text[], %s::text[]) AS said (case_id, tenant, words)
ON CONFLICT (case_id) DO UPDATE SET words = EXCLUDED.words WHERE w.tenant = EXCLUDED.tenant
"""

_BYTES = 4


async def keep(connection: Connection, claims: Iterable[Claim]) -> None:
    """The words of claims that have just become holders."""
    said = {claim.case_id: (claim.tenant, claim.report) for claim in claims if claim.report}
    if not said:
        return
    cursor = await connection.execute(SECRET)
    [(secret,)] = await cursor.fetchall()
    rows = [
        (case_id, tenant, _array(words_in(secret, report.text, report.place.address)))
        for case_id, (tenant, report) in sorted(said.items())
    ]
    await connection.execute(KEEP, [list(column) for column in zip(*rows, strict=True)])


async def words_for(database: Database, text: str) -> tuple[int, ...]:
    """What a case must have to be found by a text; none for a text without two characters."""
    [(secret,)] = await database.fetch(SECRET)
    return words_in(secret, text)


def words_in(secret: bytes, *texts: str) -> tuple[int, ...]:
    """In ascending order, each in the range of PostgreSQL's integer."""
    pairs = {pair for text in texts for pair in pairs_of(text)}
    return tuple(sorted({_hashed(secret, pair) for pair in pairs}))


def _hashed(secret: bytes, pair: str) -> int:
    digest = blake2b(pair.encode(), digest_size=_BYTES, key=secret).digest()
    return int.from_bytes(digest, signed=True)


def _array(numbers: Iterable[int]) -> str:
    """Of lengths that differ, so that PostgreSQL takes no array of them."""
    return "{" + ",".join(map(str, numbers)) + "}"
