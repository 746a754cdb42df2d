"""Programs for developers of Sanban: they write contracts and pages of docs/. Not in the wheel.

Not here: anything that a running system needs.
"""
