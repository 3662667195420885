"""The threads and the garbage collector of long-running commands."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecritures.config.settings import Settings


def limit_threads(settings: Settings) -> None:
    """Share the cores between the running imports; must be called before Polars is loaded.

    By default each import would start a thread per core for every small step, and most of them
    would only wait for each other.
    """
    parts = max(1, settings.runner_imports_max)
    threads = -(-len(os.sched_getaffinity(0)) // parts)
    os.environ.setdefault("POLARS_MAX_THREADS", str(threads))


def tune_gc() -> None:
    """Make the cycle collector run less often, and ignore everything loaded so far.

    Nearly everything that requests and imports leave behind is freed by reference counting.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
