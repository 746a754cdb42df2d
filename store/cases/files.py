"""To which cases a file was handed in, by its digest: for a case that is handed it again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.case.commands import SeenFile
from store.connection import Database

# Its own use in the case that asks says which of the others were before; of these the earliest.
SEEN = """
SELECT encode(f.sha256, 'hex'), f.case_id, f.at, c.spot
FROM unnest(%(files)s::text[]) WITH ORDINALITY AS asked (sha256, place)
CROSS JOIN LATERAL (
    (SELECT o.* FROM sanban.case_files o
        WHERE o.case_id = %(case)s AND o.tenant = %(tenant)s
            AND o.sha256 = decode(asked.sha256, 'hex'))
    UNION ALL
    (SELECT o.* FROM sanban.case_files o
        WHERE o.tenant = %(tenant)s AND o.sha256 = decode(asked.sha256, 'hex')
            AND o.case_id <> %(case)s
        ORDER BY o.at, o.case_id LIMIT %(most)s)
) f
LEFT JOIN sanban.cases c ON c.case_id = f.case_id
ORDER BY asked.place, f.at, f.case_id
"""
# Of a case that is journaled: a report that waits in Kafka may have photos.
UNUSED = """
SELECT asked.case_id, asked.name
FROM unnest(%(cases)s::text[], %(names)s::text[], %(files)s::text[])
    AS asked (case_id, name, sha256)
WHERE EXISTS (SELECT FROM sanban.journal j WHERE j.case_id = asked.case_id AND j.seq = 1)
    AND NOT EXISTS (
        SELECT FROM sanban.case_files f
        WHERE f.case_id = asked.case_id AND f.sha256 = decode(asked.sha256, 'hex')
    )
"""
_DIGEST = re.compile("[0-9a-f]{64}")
MOST = 10
"""The other cases that are named for one file: they show well enough that it goes around."""


@dataclass(frozen=True, slots=True)
class PostgresFiles:
    database: Database

    async def seen(self, tenant: str, files: tuple[str, ...], case_id: str) -> tuple[SeenFile, ...]:
        """Return where these files were handed in, the earliest first, and in this case.

        Only cases of the tenant are found. Raises StoreUnavailable.
        """
        asked = {"tenant": tenant, "files": [*files], "case": case_id, "most": MOST}
        return tuple(SeenFile(*row) for row in await self.database.fetch(SEEN, asked))

    async def unused(self, files: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return those of the files (case, name) to which no row of their case points.

        A file is named after its digest; other names are left out. Raises StoreUnavailable.
        """
        named = [(case, name, name.partition(".")[0]) for case, name in files]
        asked = [each for each in named if _DIGEST.fullmatch(each[2])]
        cases, names, digests = (
            ([*each] for each in zip(*asked, strict=True)) if asked else ([],) * 3
        )
        found = await self.database.fetch(
            UNUSED, {"cases": cases, "names": names, "files": digests}
        )
        return [(case, name) for case, name in found]
