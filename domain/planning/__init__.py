"""From a policy and a complaint to the plan that a case keeps: tier, holder, clocks, ladders.

Not here: the tables themselves (domain/policy); what happens after the case began (domain/case).
"""
