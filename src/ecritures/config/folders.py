"""Folders that the service makes: private to its user."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PRIVATE_UMASK = 0o077
PRIVATE_FILE = 0o600


def make_folder(path: Path) -> None:
    """Make a folder and those above it, for the user of this process only; others stay as they are.

    Raises:
        OSError: It cannot be made, or is something else.
    """
    if not path.parent.is_dir():
        make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
