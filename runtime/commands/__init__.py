"""The sub-commands of `sanban`: each puts together what it needs, and starts it."""
