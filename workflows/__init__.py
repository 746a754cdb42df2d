"""What happens to a case, in order: one durable workflow for each case, one type for each tier.

Not here: rules (domain/case) and I/O (activities).
"""
