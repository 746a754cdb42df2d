"""Which complaints are about the same matter: similarity, places, surges, repeats.

Not here: what a case does once it is linked or merged (domain/case).
"""
