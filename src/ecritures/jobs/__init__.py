"""The ways to deliver an import to whoever runs it."""
