"""Forms that came after their session had ended: sealed with the key of their case, for an hour."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from schemas.console import KeptForm, KeptFormHead
from store.connection import Connection, Database
from store.privacy.keys import PostgresKeys

LASTS = timedelta(hours=1)

KEEP = """
INSERT INTO sanban.console_drafts (id, tenant, person, case_id, kind, fields, kept_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
FIND = """
SELECT case_id, kind, fields, kept_at FROM sanban.console_drafts
WHERE id = %s AND tenant = %s AND person = %s AND kept_at >= %s
"""
LISTED = """
SELECT id, case_id, kind, kept_at, kept_at + %s FROM sanban.console_drafts
WHERE tenant = %s AND person = %s AND kept_at >= %s ORDER BY kept_at DESC, id
"""
FORGET_ONE = "DELETE FROM sanban.console_drafts WHERE id = %s AND tenant = %s AND person = %s"
FORGET = "DELETE FROM sanban.console_drafts WHERE kept_at < %s"


@dataclass(frozen=True, slots=True)
class PostgresKeptForms:
    """Implements console.desk.sign_in_ports.KeptForms. An erased case has no forms that open."""

    database: Database

    async def keep(self, form: KeptForm) -> None:
        keys = await PostgresKeys(self.database).of([(form.tenant, form.case_id)])
        said = json.dumps({name: [*texts] for name, texts in form.texts.items()})
        sealed = keys.seal(form.tenant, form.case_id, said)
        at = form.kept_at.astimezone(UTC)
        row = (form.id, form.tenant, form.person, form.case_id, form.kind, sealed, at)

        async def work(connection: Connection) -> None:
            await connection.execute(FORGET, (at - LASTS,))
            await connection.execute(KEEP, row)

        await self.database.run_in_transaction(work)

    async def find(self, id_: str, tenant: str, person: str, now: datetime) -> KeptForm | None:
        since = now.astimezone(UTC) - LASTS
        await self.database.fetch(FORGET, (since,))
        found = await self.database.fetch(FIND, (id_, tenant, person, since))
        if not found:
            return None
        case_id, kind, sealed, kept_at = found[0]
        [said] = await PostgresKeys(self.database).unsealed([(tenant, sealed)])
        try:
            texts = json.loads(said)
        except ValueError:  # its key was destroyed
            return None
        return KeptForm(id_, tenant, person, case_id, kind, texts, kept_at)

    async def of_person(self, tenant: str, person: str, now: datetime) -> Sequence[KeptFormHead]:
        since = now.astimezone(UTC) - LASTS
        found = await self.database.fetch(LISTED, (LASTS, tenant, person, since))
        return [KeptFormHead(*row) for row in found]

    async def forget(self, id_: str, tenant: str, person: str) -> None:
        await self.database.fetch(FORGET_ONE, (id_, tenant, person))
