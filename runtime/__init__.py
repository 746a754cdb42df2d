"""How a process is put together and started; the only package that knows all the others."""
