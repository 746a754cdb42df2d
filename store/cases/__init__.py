"""The read model of cases: lists, filters, search, archive.

Not here: the journal it is computed from (store/journal).
"""
