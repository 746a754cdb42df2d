"""What a town decides: the policy as data, and each table of rules that it carries.

Not here: reading YAML (schemas/packs, store/packs); applying it to a complaint (domain/planning).
"""
