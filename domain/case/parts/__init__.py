"""What all parts of a case have in common: opened, moved, overtaken, waived.

Not here: what only one kind of part does (the topic that opens it); the state of a part
(domain/case/part.py).
"""
