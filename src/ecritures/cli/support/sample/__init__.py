"""The file that the demonstration imports; its content is fictitious."""

from __future__ import annotations

from importlib.resources import files

SAMPLE_NAME = "079555421FEC20241231.txt"


def sample_bytes() -> bytes:
    """Return the bundled FEC: 300 lines of the year 2024 of SIREN 079555421."""
    return files(__name__).joinpath(SAMPLE_NAME).read_bytes()
