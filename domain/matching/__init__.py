"""Which complaints are about the same matter: similarity, blocking, clusters, duplicates, spots.

Not here: what a case does once it is linked or merged (domain/case).
"""
