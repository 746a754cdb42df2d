"""`sanban gateway`: the HTTP process, its clients and its decoder.

Not here: routes and answers (console/gateway).
"""
