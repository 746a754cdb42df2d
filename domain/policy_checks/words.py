"""Check the words of policy.yaml and categories.yaml that texts of reports are searched for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from domain.characters import quoted
from domain.planning.words import compared
from domain.policy.model import Level, Limit
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.escalation import ladder_fits
from domain.policy_checks.findings import Path, PolicyFinding, repeated
from domain.sla.case_clocks import BEFORE_UNIT
from domain.sla.clocks import Measure
from domain.vocabulary import Tier, Urgency

_SHORTEST = 2


def words(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Each word can be told from others, and the clock of a hurry may climb its ladder."""
    for index, category in enumerate(draft.categories or ()):
        yield from _words("categories", ("categories", index, "words"), category.words)
    rule = draft.hurry
    if rule is None:
        return
    yield from _words("policy", ("hurry", "words"), rule.words)
    if rule.ladder is not None and draft.ladders is not None:
        limit = Limit(BEFORE_UNIT[0], timedelta(0), rule.ladder, Measure.CONTINUOUS)
        level = Level(Tier.ASSIGN, Urgency.NORMAL, (limit,))
        for finding in ladder_fits(("hurry", "ladder"), level, limit, draft):
            yield replace(finding, file="policy")


def _words(file: str, path: Path, said: Sequence[str]) -> Iterator[PolicyFinding]:
    yield from repeated(file, path, [_joined(word) for word in said])
    for number, word in enumerate(said):
        if len(_joined(word)) < _SHORTEST:
            reason = f"{quoted(word)} is in too many texts; write a word of 2 characters or more"
            yield PolicyFinding(file, (*path, number), reason)


def _joined(word: str) -> str:
    return "".join(compared(word).split())
