"""The sub-commands of `sanban`: each reads its options, calls a job or service, prints the result.

Not here: tables and texts for the terminal (runtime/cli/views).
"""
