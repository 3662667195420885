"""The establishment of each line, where a file gives it: one company, known to the dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.siret import SIREN_DIGITS, is_siret

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.expectations import Expectations


class SiretChecks:
    """Looks at the SIRET of each line.

    Args:
        expected: The SIREN of the company and the SIRETs of the dossier, when they are known.
        anomalies: Where what is wrong is recorded.
    """

    def __init__(self, expected: Expectations, anomalies: Anomalies) -> None:
        self._siren = expected.siren
        self._known = frozenset(expected.sirets)
        self._anomalies = anomalies

    def check(self, block: Block) -> None:
        """Record the SIRETs that are invalid, of another company, or unknown to the dossier."""
        if "siret" not in block.names:
            return
        sirets = [text for text in block.lines["siret"].unique(maintain_order=True) if text]
        for code, wrong in self._judge(sirets).items():
            found = block.lines.filter(pl.col("siret").is_in(wrong)).select("line", value="siret")
            name = block.names["siret"]
            self._anomalies.extend(
                code, found.with_columns(expected=pl.lit(self._siren)), column=name
            )

    def _judge(self, sirets: list[str]) -> dict[str, list[str]]:
        wrong: dict[str, list[str]] = {}
        for siret in sirets:
            if not is_siret(siret):
                wrong.setdefault("MOD-SIR-01", []).append(siret)
                continue
            self._siren = self._siren or siret[:SIREN_DIGITS]
            if siret[:SIREN_DIGITS] != self._siren:
                wrong.setdefault("MOD-SIR-02", []).append(siret)
            elif self._known and siret not in self._known:
                wrong.setdefault("MOD-SIR-03", []).append(siret)
        return wrong
