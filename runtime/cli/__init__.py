"""The command `sanban`: arguments, and what the terminal shows.

Not here: the work itself (runtime/services, runtime/jobs, runtime/embedded).
"""
