"""Runs imports: which one is next, in which thread, and recovery of dead attempts."""
