"""`sanban notify`: tells people of rungs, and writes down what became of it.

Not here: who is told when (domain/notifications).
"""
