"""`sanban policy`: check and compare packs, put open cases under a new version.

Not here: how a pack is read (schemas/packs, store/packs).
"""
