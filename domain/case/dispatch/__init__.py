"""How a case comes to a unit, to the next one, and back to the platform.

Not here: the answer to a unit that returns a case (requests).
"""
