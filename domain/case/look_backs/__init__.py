"""Looking back at a closed case (回头看): another person sees if its result holds.

Not here: how a result is verified before the end (closing); which cases are due (domain/patrols).
"""
