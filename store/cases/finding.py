"""Cases found by what a person types: the number of a complaint, of its reporter, of a superior's
order, or else words (store/cases/search_index.py).
"""

import unicodedata
from dataclasses import replace
from datetime import datetime

from domain.case.access import Reach
from store import ciphers
from store.cases.filters import CaseFilter
from store.cases.read_model import PostgresCases
from store.cases.row_access import PersonsDatabase
from store.cases.search_index import number_for, words_for
from store.connection import Database
from store.privacy.erasure import PostgresErasure

# The sources of a tenant are few, and each is one look into the index that begins with them.
BY_COMPLAINT = """
WITH RECURSIVE sources (source) AS (
    (SELECT source FROM sanban.identities WHERE tenant = %(tenant)s AND kind = 'filed'
     ORDER BY source LIMIT 1)
    UNION ALL
    SELECT (SELECT i.source FROM sanban.identities i
            WHERE i.tenant = %(tenant)s AND i.kind = 'filed' AND i.source > s.source
            ORDER BY i.source LIMIT 1)
    FROM sources s WHERE s.source IS NOT NULL
)
SELECT DISTINCT i.case_id FROM sources s
JOIN sanban.identities i ON i.source = s.source
WHERE i.tenant = %(tenant)s AND i.kind = 'filed' AND i.state <> 'rejected'
    AND i.complaint_id = ANY (%(numbers)s)
LIMIT %(most)s
"""
# As the person reads: a confidential reporter of one's own unit's case is not found.
REPORTED = "SELECT case_id FROM sanban.reporters WHERE tenant = %s AND case_id = ANY (%s)"
_MOST, _SHORTEST_PHONE, _LONGEST_PHONE = 500, 7, 15


async def sought(
    services: Database, reader: Database, wanted: CaseFilter, text: str, now: datetime
) -> CaseFilter:
    """Return the filter with what finds the text: whole numbers first, else pairs of characters.

    Only who may call back finds by the telephone number of a reporter. Raises TooShort.
    """
    reach = reader.reach if isinstance(reader, PersonsDatabase) else None
    tenant, cases = reach.tenant if reach else wanted.tenant, PostgresCases(reader)
    if tenant is not None:
        numbers = await _by_complaint(services, tenant, text)
        numbers += await _by_phone(services, reader, reach, text)
        if found := [row.case_id for row in await cases.of(numbers)]:
            return replace(wanted, among=tuple(found))
    number = await number_for(services, text)
    if number and (await cases.count(CaseFilter(tenant=tenant, words=number), now=now)).number:
        return replace(wanted, words=number)
    return replace(wanted, words=await words_for(services, text))


async def _by_complaint(services: Database, tenant: str, text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).strip()
    numbers = [*dict.fromkeys((text.strip(), plain, plain.upper(), plain.lower()))]
    said = {"tenant": tenant, "numbers": numbers, "most": _MOST}
    return [case_id for (case_id,) in await services.fetch(BY_COMPLAINT, said)]


async def _by_phone(
    services: Database, reader: Database, reach: Reach | None, text: str
) -> list[str]:
    """Return the cases whose reporter has this whole number, as far as the person may know it."""
    if reach is None or not reach.calls_back or not is_phone(text):
        return []
    cases = (await PostgresErasure(services).cases_of(reach.tenant, text))[:_MOST]
    return [case_id for (case_id,) in await reader.fetch(REPORTED, (reach.tenant, cases))]


def is_phone(text: str) -> bool:
    """Return whether a text can be a whole telephone number, and is nothing else."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = ciphers.digits_of(plain)
    apart = set(plain) <= {*"0123456789+-() "}
    return apart and _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE
