"""What is wrong with a policy: one module for each group of tables; each finding names its place.

Not here: the shape of the files (schemas/packs), which pydantic checks before these rules run.
"""
