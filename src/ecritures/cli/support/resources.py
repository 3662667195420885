"""The threads of long-running commands."""

from __future__ import annotations

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
