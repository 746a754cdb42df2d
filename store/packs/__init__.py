"""Policy packs on disk and in the database: load, name problems by line, publish.

Not here: the shape of the files (schemas/packs) and the rules (domain/policy).
"""
