"""`evolve`: the case after one more event; `fold`: after all of them."""

from domain.evolution.evolve import evolve, fold

__all__ = ["evolve", "fold"]
