"""Special meetings, as the cases on their agenda hear of them.

Not here: convening and holding one (joint_work).
"""
