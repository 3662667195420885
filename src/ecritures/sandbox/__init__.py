"""What `ecritures serve --sandbox` adds to the service: outcomes that a caller can force.

Nothing below `cli` imports this package, so that no other way of starting the service has it.
"""
