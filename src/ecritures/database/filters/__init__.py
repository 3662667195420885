"""Filters that a caller writes as text: parsed by a grammar, compiled to bound SQL."""
