"""A case: its state, its commands and facts, `decide`, `evolve`, and what follows from them.

Not here: clock arithmetic (domain/sla); anything about several cases at once (domain/matching,
domain/reporting).
"""
