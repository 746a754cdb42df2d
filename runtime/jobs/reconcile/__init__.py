"""`sanban reconcile`: compares records, outcomes, cases and journal, and repairs what it can.

Not here: rebuilding the read model or workflows (runtime/jobs/rebuild).
"""
