"""Proofs: hash chain, Merkle tree, checkpoints.

Not here: the formats of exports and signed notes (schemas/audit); storing them (store/journal).
"""
