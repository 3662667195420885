"""The exit codes of every command."""

from __future__ import annotations

from typing import Final

CLEAN: Final = 0
"""Done, and nothing was found."""

FOUND: Final = 1
"""Done, but something was found or refused."""

USAGE: Final = 2
"""Wrong usage, or an input that cannot be read."""

UNREACHABLE: Final = 3
"""The service or the database cannot be reached."""

INTERRUPTED: Final = 130
"""Stopped by a signal."""

BROKEN_PIPE: Final = 141
"""Nobody reads the output any more: what a shell says of a program that SIGPIPE has ended."""
