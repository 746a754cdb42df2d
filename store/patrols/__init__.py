"""What is kept of patrols: plans, passes, misses and findings, each with its journal row.

Not here: which patrols a day has (domain/patrols), and the cases that are found (intake, cases).
"""
