"""Submitting an import: what is asked is checked, and stored in the queue."""
