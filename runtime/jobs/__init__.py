"""Work that begins, reports and ends: rebuild, reconcile, lint, publish, export, verify.

Not here: processes that keep running (runtime/services); printing (runtime/cli).
"""
