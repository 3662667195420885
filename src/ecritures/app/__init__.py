"""The use cases: every write as an action, every answer as a view, and what both depend on."""
