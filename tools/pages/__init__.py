"""The pages of docs/ that are written from the code: `make schemas` writes, a test compares.

Not here: published contracts (tools/contracts).
"""
