"""From a command's record to the case that carries it out and answers.

Not here: who may do what (domain/case/permissions.py).
"""
