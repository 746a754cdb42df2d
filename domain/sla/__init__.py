"""Working time, clocks and ladders: when something is due, and what happens before and after.

Not here: which clocks a case has (domain/planning, domain/case); who is told (domain/people).
"""
