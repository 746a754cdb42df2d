"""`sanban rebuild`: read model and open workflows again from the journal.

Not here: comparing them (runtime/jobs/reconcile).
"""
