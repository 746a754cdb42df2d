"""PostgreSQL: what is remembered (journal, read model, ledger, policies).

Not here: what it means (domain), and when it is written (activities, consumers).
"""
