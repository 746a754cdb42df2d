"""`sanban notify`: sends people what rungs tell them, and reports the results to their cases.

Not here: who gets a notice, and when (domain/notifications).
"""
