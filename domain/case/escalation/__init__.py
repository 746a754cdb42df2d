"""What happens when time runs out: missed deadlines and rungs of ladders.

Not here: what a rung sets going beyond telling people (supervision, tiers, dispatch).
"""
