"""What became of telling a person.

Not here: who is told what, and when (escalation, domain/notifications).
"""
