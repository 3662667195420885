"""Imports: submitted, queued, run, and reported on."""
