"""How an open case goes over to another version of its policy, and what that would move.

Not here: what differs between two versions (domain/policy/diffs.py).
"""
