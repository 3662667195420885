"""Checks of the installation: each is fine, or says what to do."""
