"""Exports, signed notes, and their verification without the running system.

Not here: the mathematics (domain/audit).
"""
