"""The journal: append, read, follow, export, and its checkpoints.

Not here: the read model, which is computed from it (store/cases).
"""
