"""Cases of which an escalation told a person: the journal has it, and no column."""

from collections.abc import Sequence

from store.connection import Database

# Bodies are canonical JSON: a text that quotes these bytes has backslashes before the quotation
# marks. Only a case that has reached a level has told a person.
TOLD = """
SELECT c.case_id FROM sanban.cases c
WHERE (%(tenant)s::text IS NULL OR c.tenant = %(tenant)s) AND c.level > 0
    AND (%(closed)s OR c.closed_at IS NULL)
    AND EXISTS (
        SELECT FROM sanban.journal j WHERE j.case_id = c.case_id
            AND position('"kind":"rung_reached"'::bytea IN j.body) > 0
            AND position(convert_to(%(person)s, 'UTF8') IN j.body) > 0
    )
"""


async def cases_that_told(
    database: Database, tenant: str | None, person: str, *, closed: bool
) -> Sequence[str]:
    """Return the cases with a rung that told the person; also closed ones, if wanted."""
    said = {"tenant": tenant, "person": f'"person":"{person}"', "closed": closed}
    return [case_id for (case_id,) in await database.fetch(TOLD, said)]
