"""What a hostile file is, and what must become of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MIB = 1 << 20
MEMORY_MIB_MAX = 500
SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile file.

    Attributes:
        name: What it is.
        make: Makes its bytes.
        codes: Codes that must be reported of it: anomalies, or the refusal of an archive.
        importable: Whether it may be posted all the same; None: either will do.
        told: What is known of it: `file_name`, `model`, `description`, `format`.
        memory_mib_max: How much memory reading it may take beyond what the program starts with.
        seconds_max: A generous guard against hanging, not a measure.
        quick: Whether every run of the tests tries it.
    """

    name: str
    make: Callable[[], bytes]
    codes: tuple[str, ...] = ()
    importable: bool | None = False
    told: dict = field(default_factory=dict)
    memory_mib_max: int = MEMORY_MIB_MAX
    seconds_max: int = SECONDS_MAX
    quick: bool = False
