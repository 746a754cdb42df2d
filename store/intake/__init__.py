"""The outcome of each inbound record: ledger, identities, parked records, dead letters.

Not here: deciding the outcome (consumers).
"""
