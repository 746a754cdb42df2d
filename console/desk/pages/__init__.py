"""The pages of the console, one module for each family: what it reads, and which template it fills.

Not here: words and times (console/desk); who may see what (domain/case/access.py).
"""
