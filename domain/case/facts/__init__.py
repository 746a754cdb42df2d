"""What happened to a case, by subject; domain/case/events.py has them all.

Not here: what a fact does to the case (domain/case/evolution).
"""
