"""What the holder does while it has the case.

Not here: the result (closing); more time or another tier (requests).
"""
