"""The journal: append, read, follow, export, and its checkpoints.

Not here: tables that can be computed again from it (store/cases).
"""
