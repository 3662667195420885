"""The random numbers of a run, which its seed repeats."""

from __future__ import annotations

import os
import random
import secrets

import pytest


@pytest.fixture
def rng():
    seed = int(os.environ.get("ECRITURES_CHAOS_SEED") or secrets.randbits(32))
    print(f"ECRITURES_CHAOS_SEED={seed}")  # noqa: T201 - shown when the test fails
    return random.Random(seed)  # noqa: S311 - to repeat a run
