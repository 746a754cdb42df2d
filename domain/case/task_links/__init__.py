"""One-time links by which an outside party reports on one task: given, used, revoked, tried.

Not here: the task itself (joint_work); how a token looks (domain/case/outside_links.py).
"""
