"""What a town decides: its policy as data, one module for each table of rules.

Not here: reading YAML (schemas/packs, store/packs); applying it to a complaint (domain/planning).
"""
