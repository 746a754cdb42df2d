"""Working time, clocks and ladders: when something is due, and what escalates before and after.

Not here: what starts and stops a clock (domain/case); which people a rung reaches (domain/people).
"""
