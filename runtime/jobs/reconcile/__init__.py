"""`sanban reconcile`: compares records, outcomes, cases and journal, and repairs what it can.

Not here: building the read model or workflows again (runtime/jobs/rebuild).
"""
