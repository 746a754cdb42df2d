"""From a policy and a complaint to the plan that a case is pinned to.

Not here: the tables themselves (domain/policy); what happens after the case began (domain/case).
"""
