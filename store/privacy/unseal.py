"""Unseals journal rows and lists, for readers who are permitted to see them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from domain.case.events import Event
from domain.case.summaries import short
from domain.privacy.sealed import replaced, sealed_in
from schemas.journal import event_of
from schemas.records import CaseRow
from store.privacy.keys import PostgresKeys


@dataclass(frozen=True, slots=True)
class Unsealer:
    """Unseals with the keys of `keys`. Every method raises StoreUnavailable."""

    keys: PostgresKeys

    async def events(self, bodies: Sequence[bytes]) -> list[Event]:
        """Return the rows of one case, from its first on, with their texts unsealed.

        Raises pydantic's ValidationError for bytes that are not an event.
        """
        if not bodies:
            return []
        tenant = json.loads(bodies[0])["fact"]["plan"]["complaint"]["tenant"]
        return await self.rows(tenant, bodies)

    async def rows(self, tenant: str, bodies: Sequence[bytes]) -> list[Event]:
        """Return any rows of cases of one tenant, with their texts unsealed."""
        texts = [body.decode() for body in bodies]
        sealed = sorted({each for text in texts for each in sealed_in(text)})
        words = await self.keys.unsealed([(tenant, each) for each in sealed])
        # The words replace text inside JSON strings, so they are escaped as JSON is.
        spelt = {
            each: json.dumps(said, ensure_ascii=False)[1:-1]
            for each, said in zip(sealed, words, strict=True)
        }
        return [event_of(replaced(text, spelt)) for text in texts]

    async def titles(self, rows: Sequence[CaseRow]) -> list[CaseRow]:
        """Return the rows with unsealed titles, each shortened to one line."""
        words = await self.keys.unsealed([(row.tenant, row.title) for row in rows])
        return [
            row.model_copy(update={"title": short(said)})
            for row, said in zip(rows, words, strict=True)
        ]
