"""`sanban gateway`: the HTTP process, the file of its clients, and how it reads events.

Not here: routes and answers (console/gateway).
"""
