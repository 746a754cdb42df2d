"""`sanban after-restore`: what the world knows that a restored database has lost, and its return.

Not here: records without an outcome (reconcile), workflows that Temporal has lost (rebuild).
"""
