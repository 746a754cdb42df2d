"""How a case comes into another tier.

Not here: what becomes of a request for it (requests); which rung raises it (escalation).
"""
