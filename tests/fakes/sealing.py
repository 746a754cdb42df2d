"""Stands in for the keys of cases where nobody asks what is sealed."""

from collections.abc import Collection


class Unsealed:
    """Everything as it was said."""

    async def of(self, cases: Collection[tuple[str, str]]) -> "Unsealed":
        return self

    def seal(self, tenant: str, case_id: str, text: str) -> str:
        return text

    def blind(self, tenant: str, text: str) -> str:
        return text
