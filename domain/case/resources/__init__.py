"""Vehicles, recorders and other resources: reserved for a case, freed, and named by their files.

Not here: what there is, and who holds it (domain/policy/resources.py); the roll call (joint_work).
"""
