"""How a case rests, and goes on.

Not here: a unit's request for it (requests); how a clock pauses (domain/sla/clocks.py).
"""
