"""The establishment of each line, where a file gives it: one company, known to the dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from ecritures.core.siret import SIREN_DIGITS, is_siret

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.expectations import Expectations


class _Codes(NamedTuple):
    invalid: str
    other_company: str
    unknown: str


_OF_MODELS = _Codes("MOD-SIR-01", "MOD-SIR-02", "MOD-SIR-03")
_OF_LOOP_JSON = _Codes("JSON-SIR-01", "JSON-SIR-02", "JSON-SIR-03")


class SiretChecks:
    """Looks at the SIRET of each line.

    Args:
        expected: The SIREN of the company and the SIRETs of the dossier, when they are known.
        anomalies: Where what is wrong is recorded.
    """

    def __init__(self, expected: Expectations, anomalies: Anomalies) -> None:
        self._expected = expected
        self._codes = _OF_LOOP_JSON if expected.is_loop_json else _OF_MODELS
        self._known = frozenset(expected.sirets)
        self._anomalies = anomalies
        # importJson wants one company, whichever; another than the dossier's is unknown to it.
        self._siren = None if expected.is_loop_json else expected.siren

    def check(self, block: Block) -> None:
        """Record the SIRETs that are invalid, of another company, or unknown to the dossier."""
        if "siret" not in block.names:
            return
        sirets = [text for text in block.lines["siret"].unique(maintain_order=True) if text]
        for code, wrong in self._judge(sirets).items():
            found = block.lines.filter(pl.col("siret").is_in(wrong)).select("line", value="siret")
            expected: pl.Expr = pl.lit(self._siren)
            if self._expected.is_loop_json:
                of_dossier = pl.lit(self._expected.dossier)
                is_invalid = code == self._codes.invalid
                expected = pl.col("line").cast(pl.String) if is_invalid else of_dossier
            found, name = found.with_columns(expected=expected), block.names["siret"]
            self._anomalies.extend(code, found, column=name)

    def _judge(self, sirets: list[str]) -> dict[str, list[str]]:
        wrong: dict[str, list[str]] = {}
        for siret in sirets:
            if not is_siret(siret):
                wrong.setdefault(self._codes.invalid, []).append(siret)
                continue
            siren = siret[:SIREN_DIGITS]
            self._siren = self._siren or siren
            if siren != self._siren:
                wrong.setdefault(self._codes.other_company, []).append(siret)
            elif (self._known and siret not in self._known) or siren != (
                self._expected.siren or siren
            ):
                wrong.setdefault(self._codes.unknown, []).append(siret)
        return wrong
