"""Settings, logs and traces of the process."""
