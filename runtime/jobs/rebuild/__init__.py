"""`sanban rebuild`: computes the read model and starts open workflows again from the journal.

Not here: comparing them (runtime/jobs/reconcile).
"""
