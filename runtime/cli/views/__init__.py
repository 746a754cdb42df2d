"""What people see in a terminal.

Not here: reading arguments (runtime/cli/commands).
"""
