"""What can be asked of a case, by subject; domain/case/commands.py has them all.

Not here: whether it is allowed (domain/case/decisions).
"""
