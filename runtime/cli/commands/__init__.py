"""The sub-commands of `sanban`: each puts together what it needs, and starts it.

Not here: tables and texts for the terminal (runtime/cli/views).
"""
