"""Commands about cases: list, show, act, find similar ones, report, erase, archive.

Not here: cases put under a new policy (policy); their journal as a file (audit).
"""
