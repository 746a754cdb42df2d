"""Commands for operators: prepare, migrate, look for faults, reconcile, rebuild what was lost.

Not here: the work itself (store/migrate.py, runtime/jobs).
"""
