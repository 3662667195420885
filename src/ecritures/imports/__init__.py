"""The job itself: a request is written down, run, and told about."""
