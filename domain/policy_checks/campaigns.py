"""Check campaigns.yaml: each campaign is there once, has days, and counts known categories."""

from collections.abc import Iterator

from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Path, PolicyFinding, repeated


def campaigns(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield findings of campaigns.yaml."""
    found = draft.campaigns or ()
    yield from repeated("campaigns", ("campaigns",), [each.id for each in found], "id")
    for index, campaign in enumerate(found):
        path: Path = ("campaigns", index)
        if campaign.last_day < campaign.first_day:
            reason = f"ends before it begins, on {campaign.first_day}; turn the days round"
            yield PolicyFinding("campaigns", (*path, "last_day"), reason)
        yield from repeated("campaigns", (*path, "categories"), campaign.categories)
        for number, category in enumerate(campaign.categories):
            if draft.categories is not None and category not in draft.category_names:
                reason = draft.category_names.no_such(category)
                yield PolicyFinding("campaigns", (*path, "categories", number), reason)
