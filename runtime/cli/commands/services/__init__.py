"""Commands that start a long-running process: `up`, `worker`, `relay`, `notify` and others.

Not here: the services themselves (runtime/services); migrations (runtime/cli/commands/maintenance).
"""
