"""A day in the town: its complaints, what people do about them, and what nobody does.

Not here: the complaints themselves (packs/days).
"""
