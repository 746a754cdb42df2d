"""How a case ends: resolved, verified, called back, closed, withdrawn, archived.

Not here: the rulings that bring it back to work (requests).
"""
