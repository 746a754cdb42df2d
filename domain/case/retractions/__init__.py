"""A request is taken back by who asked, before it is answered (撤回申请).

Not here: a complaint that is taken back (closing), a case that the platform takes back (requests).
"""
