"""`evolve`: the case after one more event; `fold`: after all of them.

Not here: whether the event may happen (domain/case/decisions).
"""

from domain.case.evolution.evolve import evolve, fold

__all__ = ["evolve", "fold"]
