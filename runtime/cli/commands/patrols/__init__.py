"""`sanban patrols`: routes of grids, their passes, what was found, and looking back.

Not here: what a person does with a case that was found or looked back at (cases).
"""
