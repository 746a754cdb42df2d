"""Check the rules on similar reports and on surges in policy.yaml."""

from collections.abc import Iterator
from dataclasses import astuple
from datetime import timedelta

from domain.policy.similar_rules import MOST_SCORED, SimilarRule, SurgeRule
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import PolicyFinding

_LONGEST = timedelta(days=90)
_METRES = (10, 1000)
_FULL = 100


def similarity(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield findings of `similar` and `surge`."""
    similar, surge = draft.similar, draft.surge
    if similar is not None:
        yield from _similar(similar)
    if surge is not None and similar is None:
        reason = "a surge is made of similar reports; say what is similar, or remove surge"
        yield PolicyFinding("policy", ("surge",), reason)
    if surge is not None:
        yield from _surge(surge)
    if surge is not None and similar is not None:
        yield from _both(similar, surge)


def _similar(rule: SimilarRule) -> Iterator[PolicyFinding]:
    least, most = _METRES
    if rule.within > _LONGEST:
        reason = f"further back than {_LONGEST.days} days is not looked; say 90d or less"
        yield PolicyFinding("policy", ("similar", "within"), reason)
    if not least <= rule.metres <= most:
        reason = f"no place is meant by {rule.metres} m; say {least} to {most}"
        yield PolicyFinding("policy", ("similar", "metres"), reason)
    if sum(astuple(rule.weights)) != _FULL:
        reason = f"weights make {sum(astuple(rule.weights))} together; they must make {_FULL}"
        yield PolicyFinding("policy", ("similar", "weights"), reason)


def _surge(rule: SurgeRule) -> Iterator[PolicyFinding]:
    if rule.at_least > MOST_SCORED:
        reason = f"no more than {MOST_SCORED} are ever compared; say {MOST_SCORED} or less"
        yield PolicyFinding("policy", ("surge", "at_least"), reason)


def _both(similar: SimilarRule, surge: SurgeRule) -> Iterator[PolicyFinding]:
    if surge.within > similar.within:
        reason = "longer than similar.within, and nothing is compared that far back; shorten it"
        yield PolicyFinding("policy", ("surge", "within"), reason)
    wordless = _FULL - similar.weights.text
    if surge.score < similar.link:
        reason = f"lower than similar.link ({similar.link}): merged, yet not even similar; raise it"
        yield PolicyFinding("policy", ("surge", "score"), reason)
    elif surge.score <= wordless:
        reason = (
            f"{wordless} is reached without a word in common: any two matters of one place "
            "would be merged; raise it"
        )
        yield PolicyFinding("policy", ("surge", "score"), reason)
