"""How a record ends: outcome, dead letter, receipt, or parked until it can be decided.

Not here: where outcomes are kept (store/intake).
"""
