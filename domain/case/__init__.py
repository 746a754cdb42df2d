"""A case: its state, its commands and facts, `decide`, `evolve`, and what follows from them.
Each topic has a package: its acts, its facts, what it decides, and how the case evolves. What all
topics share is beside them: `commands` and `events` (the unions), `state`, `part`, `part_types`,
`clocks`, `permissions`, `draft`, `validation`; `decide` and `evolve` merge the topics' tables.

Not here: clock arithmetic (domain/sla); anything about several cases at once (domain/matching,
domain/reporting).
"""
