"""Commands for operators: migrate the database, reconcile, rebuild what was lost.

Not here: the work itself (store/migrate.py, runtime/jobs).
"""
