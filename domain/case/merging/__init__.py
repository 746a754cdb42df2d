"""Cases that go the way of another, or resemble one.

Not here: which cases resemble each other (domain/matching); what they send each other
(domain/case/cross_case_messages.py).
"""
