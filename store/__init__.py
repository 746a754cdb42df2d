"""PostgreSQL: what is remembered (journal, read model, ledger, policies)."""
