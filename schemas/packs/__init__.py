"""The files of a policy pack: one model for each YAML file.

Not here: the rules they become (domain/policy); finding and reading files (store/packs).
"""
