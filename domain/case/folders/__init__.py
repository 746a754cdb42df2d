"""The folder of a joint investigation: pieces of evidence that units put in and recognise.

Not here: the investigation itself, opened and concluded (joint_work).
"""
