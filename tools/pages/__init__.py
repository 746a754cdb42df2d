"""Writers of the pages of docs/ that follow from the code. `make schemas` runs them.

Not here: published contracts (tools/contracts).
"""
