"""Exports, signed notes, and their verification, which needs nothing of the running system.

Not here: the mathematics (domain/audit).
"""
