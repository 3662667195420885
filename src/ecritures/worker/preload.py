"""What the server that forks the readers of files loads once, for all of them."""

import signal

import ecritures.formats.layouts.preview
import ecritures.imports.execution.processing
import ecritures.reading.rejected  # noqa: F401
from ecritures.processes.collector import tune_gc

# A service manager signals every process of a service; this one ends when its parent does.
signal.signal(signal.SIGTERM, signal.SIG_IGN)
tune_gc()
