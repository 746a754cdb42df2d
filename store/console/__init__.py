"""What the console keeps: who is signed in.

Not here: cases, which it reads as every reader does (store/cases).
"""
