"""Import a table of standards from a spreadsheet: read the sheets, write categories.yaml.

Not here: what a cell means (domain/policy/standard_tables.py).
"""
