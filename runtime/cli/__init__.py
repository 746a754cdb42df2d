"""The command `sanban`: its arguments, and its output on the terminal.

Not here: the work itself (runtime/services, runtime/jobs, runtime/embedded).
"""
