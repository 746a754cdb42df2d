"""What workflows ask of the outside world; each class names what it needs as a Protocol.

Not here: how it is done (store, gateways).
"""
