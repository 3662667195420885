"""How the cores of a machine are used by a program that stays."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecritures.config.settings import Settings


def limit_threads(settings: Settings) -> None:
    """Give each running import its part of the cores; to be called before Polars is loaded.

    By default each would start as many threads as there are cores for every small step, and most of
    them would only wait for each other: a fifth of the work of a small import.
    """
    parts = max(1, settings.runner_imports_max)
    threads = -(-len(os.sched_getaffinity(0)) // parts)
    os.environ.setdefault("POLARS_MAX_THREADS", str(threads))


def tune_gc() -> None:
    """Let the collector of cycles look less often, and never at what is loaded by now.

    It took a fifth of the time of a request: what requests and imports leave behind is nearly all
    freed without it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
