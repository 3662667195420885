"""References of pieces that a spreadsheet has damaged (article A47 A-1 VII 1°, field 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.accounts import damaged
from ecritures.core.frames import is_like_before

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.entries.found import Entries


class PieceChecks:
    """Gathers the pieces that a spreadsheet has damaged, each at its first line.

    Args:
        anomalies: Where they are recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._found: list[pl.DataFrame] = []
        self._column: str | None = None

    def check(self, block: Block) -> None:
        """Look at a block."""
        changes = ~is_like_before(block.lines, ("piece_ref",))  # most lines repeat a piece
        lost = damaged(block.lines["piece_ref"].filter(changes))
        if lost is not None:
            self._column = block.names.get("piece_ref")
            pieces = block.lines.select("line", value="piece_ref")
            found = pieces.filter(changes).filter(lost)
            self._found.append(found.unique("value", keep="first", maintain_order=True))

    def finish(self, entries: Entries) -> None:
        """Record them; they block where pieces tell the entries apart."""
        if self._found:
            by_piece = "piece_ref" in entries.runs.columns
            found = pl.concat(self._found).unique("value", keep="first", maintain_order=True)
            code = "FEC-PIE-02" if by_piece else "FEC-PIE-01"
            self._anomalies.extend(code, found, column=self._column)
