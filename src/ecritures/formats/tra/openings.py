"""The lines that say they open a year: the ledger knows openings by their journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.opening_journals import is_opening_journal

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.tra.records import Described

OPENING = "OAN"
NEW_YEAR = ("", "N", OPENING, "H")
"""ECRANOUVEAU: an ordinary entry, or one of two styles of opening."""


class Openings:
    """Compares what lines say of openings with the journals they are in.

    Args:
        described: The labels of the journals.
        anomalies: Where what does not go together is recorded.
    """

    def __init__(self, described: Described, anomalies: Anomalies) -> None:
        self._described, self._anomalies = described, anomalies
        self._reported: set[str] = set()

    def look(self, front: pl.DataFrame, said: pl.Series) -> None:
        """Look at lines.

        Args:
            front: `line` and `journal`.
            said: ECRANOUVEAU of each.
        """
        odd = ~said.is_in(NEW_YEAR)
        if odd.any():
            found = pl.DataFrame({"line": front["line"], "value": said}).filter(odd)
            expected = pl.lit(", ".join(word for word in NEW_YEAR if word))
            found = found.with_columns(expected=expected)
            self._anomalies.extend("TRA-TYP-03", found, column="ECRANOUVEAU")
        opening = said == OPENING
        if not opening.any():
            return
        first = front.filter(opening).unique("journal", keep="first", maintain_order=True)
        for line, code in first.select("line", "journal").iter_rows():
            label = self._described.journals.get(code, "")
            if code not in self._reported and not is_opening_journal(code, label):
                self._reported.add(code)
                self._anomalies.add("TRA-OUV-01", line=line, column="JOURNAL", value=code)
