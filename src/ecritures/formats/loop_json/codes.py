"""The options about the dossier: which codes must not be created, and what stands for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.core.anomalies import Anomalies
    from ecritures.core.dossier_codes import DossierCodes
    from ecritures.formats.loop_json.options import Options

WAITING = "ATTENTE"
"""The third party that stands for those that must not be created."""


class CodeRules:
    """Follows these options.

    Args:
        options: Those of the request.
        codes: What the dossier has; None: it is not known, and nothing is judged.
        anomalies: Where what is missing or replaced is recorded.
    """

    def __init__(self, options: Options, codes: DossierCodes | None, anomalies: Anomalies) -> None:
        self._options, self._codes, self._anomalies = options, codes, anomalies
        self._reported: set[tuple[str, str]] = set()
        self._journal = self._account = ""
        if codes is not None:
            self._journal = self._named("defaultJournalId", options.journal, codes.journals)
            self._account = self._named("defaultCompte", options.account, codes.accounts)

    def apply(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return lines with what stands for codes that they lack or must not create.

        Args:
            frame: `line`, `journal`, `compte` and `tiers` among others.
        """
        if self._codes is None:
            return frame
        flags = self._options.flags
        journal, account, third_party = (frame[name] for name in ("journal", "compte", "tiers"))
        if self._journal:
            journal = journal.set(journal == "", self._journal)
        if not flags["createNewJournaux"]:
            journal = self._known(
                frame["line"], journal, self._codes.journals, "JSON-CRE-01", self._journal
            )
        if not flags["createNewComptes"]:
            account = self._known(
                frame["line"], account, self._codes.accounts, "JSON-CRE-02", self._account
            )
        if not flags["createNewTiers"]:
            new = (third_party != "") & ~third_party.is_in(list(self._codes.third_parties))
            found = pl.DataFrame({"line": frame["line"], "value": third_party}).filter(new)
            self._anomalies.report_once("JSON-CRE-03", found, column="tiers")
            third_party = third_party.set(new, WAITING)
        return frame.with_columns(journal=journal, compte=account, tiers=third_party)

    def check_year(self, lines: pl.Series, days: pl.Series, text: pl.Series) -> None:
        """Record the dates outside the last open fiscal year, where only that one is allowed."""
        if self._options.flags["multiPeriode"] or self._codes is None:
            return
        year = self._codes.last_open_year
        if year is None:
            return
        outside = ~days.is_between(*year).fill_null(value=True)
        found = pl.DataFrame({"line": lines, "value": text}).filter(outside)
        found = found.with_columns(expected=pl.lit(f"{year[0]} – {year[1]}"))
        self._anomalies.extend("JSON-EXO-01", found, column="date")

    def _named(self, option: str, wanted: str | None, known: Mapping[str, str]) -> str:
        """Return the code that an identifier names; "" where none is given."""
        if wanted is None:
            return ""
        if wanted not in known:
            self._anomalies.add("JSON-CRE-05", column=f"options.{option}", value=wanted)
        return known.get(wanted, "")

    def _known(
        self,
        lines: pl.Series,
        codes: pl.Series,
        known: Mapping[str, str],
        code: str,
        instead: str,
    ) -> pl.Series:
        """Return codes; those that the dossier lacks are replaced, or recorded once each."""
        column = codes.name
        new = (codes != "") & ~codes.is_in(list(known.values()))
        if not new.any():
            return codes
        found = pl.DataFrame({"line": lines, "value": codes}).filter(new)
        if instead:
            self._anomalies.report_once("JSON-CRE-04", found, column=column)
            return codes.set(new, instead)
        for line, value in found.unique("value", keep="first", maintain_order=True).iter_rows():
            if (code, value) not in self._reported:
                self._reported.add((code, value))
                self._anomalies.add(code, line=line, column=column, value=value)
        return codes
