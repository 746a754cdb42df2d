"""How a case comes into another tier.

Not here: a unit's request for it (requests); which rung raises it (escalation).
"""
