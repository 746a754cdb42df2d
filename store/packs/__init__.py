"""Load policy packs from disk, name their problems by line, and publish their policies.

Not here: the shape of the files (schemas/packs) and the rules (domain/policy).
"""
