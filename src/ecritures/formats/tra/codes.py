"""The codes that lines name: journals, accounts, third parties and establishments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.tra.records import Described

THIRD_PARTY = "X"


class Codes:
    """Gives codes their labels, and says which no record describes.

    Args:
        described: What the records of the file say.
        anomalies: Where codes that are not described are recorded.
    """

    def __init__(self, described: Described, anomalies: Anomalies) -> None:
        self._described, self._anomalies = described, anomalies
        self._reported: set[tuple[str, str]] = set()

    def third_parties(self, front: pl.DataFrame) -> pl.Series:
        """Return the third party of each line, "" where it has none."""
        code, is_theirs = front["auxiliary"], front["kind"] == THIRD_PARTY
        given = code != ""
        is_general = front["kind"] == ""
        for rule, wrong in (("TRA-AUX-01", is_theirs & ~given), ("TRA-AUX-02", given & is_general)):
            if wrong.any():
                found = front.filter(wrong).select("line", value="auxiliary")
                self._anomalies.extend(rule, found, column="AUXILIAIRE")
        if is_theirs.any() and self._described.collectives:
            single = ~front["account"].is_in(list(self._described.collectives))
            self._report_each("TRA-CPT-01", front.filter(is_theirs & single), "account", "GENERAL")
        return code if is_theirs.all() else code.set(~is_theirs, "")

    def labels(self, front: pl.DataFrame, third_party: pl.Series) -> dict[str, pl.Series]:
        """Return the labels of journals, accounts and third parties."""
        known = self._described
        front = front.with_columns(third_party.alias("third_party"))
        if unknown := self._unknown(front["journal"], known.journals):
            self._report_each("TRA-JAL-01", _of(front, "journal", unknown), "journal", "JOURNAL")
        for rule, column, of_records, name in (
            ("TRA-CPT-02", "account", known.accounts, "GENERAL"),
            ("TRA-AUX-03", "third_party", known.third_parties, "AUXILIAIRE"),
        ):
            if of_records and (unknown := self._unknown(front[column], of_records)):
                self._report_each(rule, _of(front, column, unknown), column, name)
        return {
            "journal_label": _labelled(front["journal"], known.journals),
            "account_label": _labelled(front["account"], known.accounts),
            "third_party_label": _labelled(third_party, known.third_parties),
        }

    def sirets(self, front: pl.DataFrame) -> pl.Series:
        """Return the SIRET of each line's establishment; "": the one that the import names."""
        codes = front["establishment"]
        if (codes == "").all():
            return codes
        known = {code: siret for code, siret in self._described.sirets.items() if siret}
        if unknown := self._unknown(codes, known):
            found = _of(front, "establishment", unknown).select("line", value="establishment")
            self._anomalies.report_once("TRA-ETB-01", found, column="ETABLISSEMENT")
        return _labelled(codes, known)

    def _unknown(self, codes: pl.Series, known: Collection[str]) -> list[str]:
        return [code for code in codes.unique() if code and code not in known]

    def _report_each(self, rule: str, rows: pl.DataFrame, column: str, name: str) -> None:
        """Record each code once, at its first line."""
        first = rows.unique(column, keep="first", maintain_order=True)
        for line, code in first.select("line", column).iter_rows():
            if code and (rule, code) not in self._reported:
                self._reported.add((rule, code))
                self._anomalies.add(rule, line=line, column=name, value=code)


def _of(front: pl.DataFrame, column: str, codes: list[str]) -> pl.DataFrame:
    return front.filter(pl.col(column).is_in(codes))


def _labelled(codes: pl.Series, labels: Mapping[str, str]) -> pl.Series:
    if not labels:
        return constant("", codes.len(), pl.String)
    return codes.replace_strict(labels, default="", return_dtype=pl.String)
