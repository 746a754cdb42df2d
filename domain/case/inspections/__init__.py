"""Checks of what was done: a task, an order, a commitment.

Not here: how a case is verified at its end (closing).
"""
