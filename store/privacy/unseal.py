"""Unseals journal rows and lists, for readers who are permitted to see them."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.case.events import Event
from domain.case.summaries import short
from domain.privacy.confidential import without
from domain.privacy.sealed import replaced, sealed_in
from schemas.journal import event_of
from schemas.records import CaseRow
from store.privacy.keys import PostgresKeys


def told_in(first: bytes) -> list[str]:
    """Return the cases whose reporters' words are in a case, from its first row."""
    row = json.loads(first)
    origin = row["fact"]["plan"].get("origin")
    return [row["case"], *([origin] if origin else [])]


@dataclass(frozen=True, slots=True)
class Unsealer:
    """Unseals with the keys of `keys`. Every method raises StoreUnavailable."""

    keys: PostgresKeys

    async def events(self, bodies: Sequence[bytes], hidden: Collection[str] = ()) -> list[Event]:
        """Return the rows of one case, from its first on, with their texts unsealed.

        `hidden`: names and numbers that are taken out of the texts, for who may not read them.
        Raises pydantic's ValidationError for bytes that are not an event.
        """
        if not bodies:
            return []
        tenant = json.loads(bodies[0])["fact"]["plan"]["complaint"]["tenant"]
        return await self.rows(tenant, bodies, hidden)

    async def rows(
        self, tenant: str, bodies: Sequence[bytes], hidden: Collection[str] = ()
    ) -> list[Event]:
        """Return any rows of cases of one tenant, with their texts unsealed."""
        texts = [body.decode() for body in bodies]
        sealed = sorted({each for text in texts for each in sealed_in(text)})
        words = await self.keys.unsealed([(tenant, each) for each in sealed])
        # The words replace text inside JSON strings, so they are escaped as JSON is.
        spelt = {
            each: json.dumps(without(hidden, said), ensure_ascii=False)[1:-1]
            for each, said in zip(sealed, words, strict=True)
        }
        return [event_of(replaced(text, spelt)) for text in texts]

    async def titles(
        self, rows: Sequence[CaseRow], hidden: Mapping[str, Collection[str]] | None = None
    ) -> list[CaseRow]:
        """Return the rows with unsealed titles, each shortened to one line.

        `hidden`: case -> what is taken out of its title.
        """
        none = hidden or {}
        words = await self.keys.unsealed([(row.tenant, row.title) for row in rows])
        return [
            row.model_copy(update={"title": short(without(none.get(row.case_id, ()), said))})
            for row, said in zip(rows, words, strict=True)
        ]
