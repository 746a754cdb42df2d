"""Which classes a text could mean: a few to choose from. A person decides."""

from collections import Counter
from dataclasses import replace
from functools import lru_cache

from domain.matching.tokens import PAIR, text_tokens, token_weight
from domain.planning.plans import CasePlan, Suggestion
from domain.planning.words import words_in
from domain.policy.model import Category, Policy

MOST = 5
_WHOLE = 4 * PAIR
"""A word that the town has listed counts as four pairs of characters that a text shares by chance,
for each of its characters."""
_SCALE = 1000
"""Scores are whole numbers, so that every machine orders alike."""


def suggested(policy: Policy, plan: CasePlan, text: str) -> CasePlan:
    """Return the plan with the classes that its text could mean, if a person has to find one."""
    if plan.category is not None:
        return plan
    found = suggestions(policy.categories, text)
    return replace(plan, suggested=found) if found else plan


def suggestions(categories: tuple[Category, ...], text: str) -> tuple[Suggestion, ...]:
    """Return at most five classes, the likeliest first; of equal ones the first of the list.

    What a text shares with a class is its listed words, and pairs of characters of its name and
    conditions. A pair that many classes have says little.
    """
    tokens = text_tokens(text)
    of_classes, classes_with = _tokens(categories)
    scores = []
    for category, own in zip(categories, of_classes, strict=True):
        score = sum(
            token_weight(frozenset({token})) * _SCALE // classes_with[token]
            for token in own & tokens
        )
        score += sum(_WHOLE * len(word) * _SCALE for word in words_in(text, category.words))
        scores.append(score)
    order = sorted(range(len(categories)), key=lambda place: -scores[place])
    return tuple(
        Suggestion(categories[place].id, categories[place].name)
        for place in order[:MOST]
        if scores[place]
    )


@lru_cache(maxsize=16)
def _tokens(
    categories: tuple[Category, ...],
) -> tuple[tuple[frozenset[str], ...], Counter[str]]:
    """Return the tokens of each class, and how many classes have each token."""
    found = tuple(
        text_tokens(" ".join((each.name, each.name_en, *each.words)))
        | frozenset().union(*(text_tokens(standard.when) for standard in each.standards))
        for each in categories
    )
    return found, Counter(token for tokens in found for token in tokens)
