"""Plays a day in the town: its complaints, and what people do, or do not do, about them.

Not here: the complaints themselves (packs/days).
"""
