"""How the leading group presses and directs: letters, interviews, inquiries, reports upwards.

Not here: what has to be put right (rectification); which rung presses (escalation).
"""
