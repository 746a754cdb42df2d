"""Prints results on the terminal: lists, cases, dead letters, reports.

Not here: reading arguments (runtime/cli/commands).
"""
