"""How processes are put together and started; the only package that knows all the others.

Not here: any rule of complaint handling.
"""
