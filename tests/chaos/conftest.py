"""The random numbers of a run, which its seed repeats."""

from __future__ import annotations

import logging
import os
import random
import secrets

import pytest
import structlog


@pytest.fixture(autouse=True)
def _quiet():
    """Leave the log of this process out of what a run prints."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.configure(**before)


@pytest.fixture
def rng():
    seed = int(os.environ.get("ECRITURES_CHAOS_SEED") or secrets.randbits(32))
    print(f"ECRITURES_CHAOS_SEED={seed}")  # noqa: T201 - shown when the test fails
    return random.Random(seed)  # noqa: S311 - to repeat a run
