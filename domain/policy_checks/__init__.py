"""What is wrong with a policy: one module for each table, each problem named by its place.

Not here: the shape of the files (schemas/packs), which pydantic checks before these rules run.
"""
