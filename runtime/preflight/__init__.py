"""What `sanban prepare` makes before production, and what `sanban doctor` looks at.

Not here: what is wanted (runtime/needs.py, runtime/processes.py, store/roles.py); what a process
that runs says of itself (console/health.py).
"""
