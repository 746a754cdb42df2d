"""What several units do together: checks, tasks, conferences, investigations, actions.

Not here: what is counted of it for a campaign (campaigns).
"""
