"""The custom search attributes: one registry for workflows, intake and registration.

None of them holds personal data. The stage is not among them: it changes with every act, and each
change costs a history event. The current details of the workflow have it (docs/adr/0011).
"""

from collections.abc import Mapping
from typing import Any

from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    SearchAttributeUpdate,
    TypedSearchAttributes,
)

from domain.case.state import Case
from domain.case.summaries import Summary

CASE = SearchAttributeKey.for_keyword("SanbanCase")
TENANT = SearchAttributeKey.for_keyword("SanbanTenant")
TIER = SearchAttributeKey.for_keyword("SanbanTier")
UNIT = SearchAttributeKey.for_keyword("SanbanUnit")
CATEGORY = SearchAttributeKey.for_keyword("SanbanCategory")
LEVEL = SearchAttributeKey.for_int("SanbanLevel")
CITIZEN_DUE = SearchAttributeKey.for_datetime("SanbanCitizenDue")

REGISTRY: Mapping[str, str] = {
    CASE.name: "Keyword",
    TENANT.name: "Keyword",
    TIER.name: "Keyword",
    UNIT.name: "Keyword",
    CATEGORY.name: "Keyword",
    LEVEL.name: "Int",
    CITIZEN_DUE.name: "Datetime",
}


def attributes(case: Case, summary: Summary) -> TypedSearchAttributes:
    """Return the attributes that a new workflow starts with."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(key, value)
            for key, value in _values(case, summary)
            if value is not None
        ]
    )


def changes(
    case: Case, summary: Summary, current: TypedSearchAttributes
) -> list[SearchAttributeUpdate[Any]]:
    """Return the updates that bring `current` up to the case; usually none.

    A value that the case no longer has stays: the citizen's deadline is listed after closing too.
    """
    return [
        key.value_set(value)
        for key, value in _values(case, summary)
        if value is not None and current.get(key) != value
    ]


def _values(case: Case, summary: Summary) -> list[tuple[SearchAttributeKey[Any], Any]]:
    due = summary.citizen_due
    return [
        (CASE, case.case_id),
        (TENANT, case.plan.complaint.tenant),
        (TIER, case.tier.value),
        (UNIT, case.holder or case.plan.platform),
        (CATEGORY, case.plan.category or "none"),
        (LEVEL, case.level),
        (CITIZEN_DUE, due.replace(microsecond=0) if due else None),
    ]
