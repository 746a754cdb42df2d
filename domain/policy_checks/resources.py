"""Check resources.yaml: each id is there once, and each kind and unit exists."""

from collections.abc import Iterator

from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Names, Path, PolicyFinding, repeated


def resources(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield findings of resources.yaml."""
    ledger = draft.resources
    if ledger is None:
        return
    yield from repeated("resources", ("kinds",), [kind.id for kind in ledger.kinds], "id")
    yield from repeated("resources", ("resources",), [each.id for each in ledger.resources], "id")
    kinds = Names("kind", (kind.id for kind in ledger.kinds))
    for index, each in enumerate(ledger.resources):
        path: Path = ("resources", index)
        if each.kind not in kinds:
            yield PolicyFinding("resources", (*path, "kind"), kinds.no_such(each.kind))
        if draft.units is None:
            continue
        if each.unit not in draft.unit_names:
            reason = draft.unit_names.no_such(each.unit)
            yield PolicyFinding("resources", (*path, "unit"), reason)
        elif (heir := draft.heirs.get(each.unit)) is not None:
            reason = f"{each.unit!r} is gone; write {heir!r}, which has its cases now"
            yield PolicyFinding("resources", (*path, "unit"), reason)
