"""PostgreSQL: the journal, the read model, the ledger, policies, and the schema itself.

Not here: what it means (domain), and when it is written (activities, consumers).
"""
