"""The interface of every reader of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ecritures.core.lines import Block
    from ecritures.core.regime import Regime
    from ecritures.core.total_rows import StatedTotal


class Reader(Protocol):
    """Turns one file into blocks of canonical lines, and records the faults of its structure."""

    @property
    def format(self) -> str:
        """The name of the format."""

    @property
    def layout(self) -> str:
        """The variant of that format, in one word; "" when it could not be read."""

    @property
    def regime(self) -> Regime | None:
        """The regime the file is held to; None: it is not a FEC."""

    @property
    def encoding(self) -> str:
        """What the bytes mean, as decided."""

    @property
    def separator(self) -> str:
        """The separator of fields; "" when there is none."""

    @property
    def closing_date(self) -> date | None:
        """The end of the year according to the file, once it is read; otherwise None."""

    @property
    def stated_total(self) -> StatedTotal | None:
        """The grand total stated in the file, known once it has been read; None without one."""

    @property
    def bytes_read(self) -> int:
        """How much of the file was read so far."""

    def blocks(self) -> Iterator[Block]:
        """Yield the lines; none when the structure cannot be read, which is an anomaly."""
