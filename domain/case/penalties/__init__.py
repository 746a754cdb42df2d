"""How far an enforcement case has come that began as this case.

Not here: what has to be put right before (rectification).
"""
