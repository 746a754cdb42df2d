"""`sanban console`: the process that serves pages to people, and what stands behind its ports.

Not here: the pages themselves (console/desk).
"""
