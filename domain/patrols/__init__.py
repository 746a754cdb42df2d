"""Patrols by grid: where one goes on a day, who has passed, and what was not covered.

Not here: the schedules of the policy (policy), and what happens to a case that was found (case).
"""
