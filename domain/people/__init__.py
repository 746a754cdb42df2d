"""People and units: roles, duty rosters, deputies, successors of units.

Not here: what they may do to a case (domain/case/permissions.py).
"""
