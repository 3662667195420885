"""The use cases: every write is an action, every answer is a view."""
